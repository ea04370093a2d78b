// Included by libwebrtc, but nothing of it is called.
#pragma once

#include "absl/strings/string_view.h"
