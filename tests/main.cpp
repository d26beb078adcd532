// The one main of all unit tests; each folder's tests are separate entries in ctest.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
