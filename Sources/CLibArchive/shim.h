#pragma once
// libarchive as it is: every function that Containers uses imports without a wrapper.
#include <archive.h>
#include <archive_entry.h>
