include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS truegap_metrics EXPORT truegapTargets
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
    FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/truegap)
install(TARGETS truegap RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY scenarios/ DESTINATION ${CMAKE_INSTALL_DATADIR}/truegap/scenarios)
install(EXPORT truegapTargets NAMESPACE truegap:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/truegap)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/truegapConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES cmake/truegapConfig.cmake cmake/FindClp.cmake ${PROJECT_BINARY_DIR}/truegapConfigVersion.cmake
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/truegap)
