# truegap::metrics, the metric core: no dependency of its own once it is built.
include("${CMAKE_CURRENT_LIST_DIR}/truegapTargets.cmake")
