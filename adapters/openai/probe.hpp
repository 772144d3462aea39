#pragma once

#include <atomic>
#include <string>

#include "adapters/openai/capabilities.hpp"
#include "adapters/openai/settings.hpp"

namespace truegap::adapters {

/// Asks the server, with a few small requests, for what is not known of it yet; nothing is sent where all
/// is known. known: stated, or found before.
/// two_letters: whether labels of two letters matter.
/// key: the secret one. Throws SystemError where the server does not answer at all, InputError where it
/// refuses what the settings say, sim::Interrupted after `stop`.
[[nodiscard]] Capabilities probe(const OpenaiSettings& settings,
                                 const Capabilities& known,
                                 bool two_letters,
                                 const std::string& key,
                                 const std::atomic<bool>& stop);

/// Whether all that these settings need is known.
[[nodiscard]] bool all_known(const Capabilities& capabilities, bool two_letters);

/// Throws InputError where the server cannot do what the settings ask for.
/// candidates: the most that a question has.
void refuse_unable(const OpenaiSettings& settings,
                   const Capabilities& capabilities,
                   std::size_t candidates);

/// Options have labels of one letter up to this many.
inline constexpr std::size_t one_letter_labels = 26;

}  // namespace truegap::adapters
