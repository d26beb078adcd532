# A Debian package of the program: `cmake --preset package`, `cmake --build --preset package`, `cpack --preset package`.
# It has the program, its rules, pages, examples, man pages and completion; the library and its headers stay with
# `cmake --install`.

find_program(HELP2MAN help2man REQUIRED)
find_program(DPKG_SHLIBDEPS dpkg-shlibdeps REQUIRED)
mark_as_advanced(HELP2MAN DPKG_SHLIBDEPS)

# One page for the program, one a command, each made from its --help.
set(man_folder ${CMAKE_CURRENT_BINARY_DIR}/man)
add_custom_command(OUTPUT ${man_folder}/rule-search.1.gz
  COMMAND bash ${PROJECT_SOURCE_DIR}/packaging/man.sh $<TARGET_FILE:rule-search> ${man_folder}
  DEPENDS rule-search ${PROJECT_SOURCE_DIR}/packaging/man.sh VERBATIM)
add_custom_target(man ALL DEPENDS ${man_folder}/rule-search.1.gz)
install(DIRECTORY ${man_folder}/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program FILES_MATCHING PATTERN "*.1.gz")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME rule-search)
set(CPACK_PACKAGE_VENDOR "The rule-search authors")
set(CPACK_PACKAGE_CONTACT "The rule-search authors <noreply@invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "finds the simplest synaptic plasticity rule that does a job")
set(CPACK_PACKAGE_DESCRIPTION
  "Candidate terms of a plasticity rule are written in a small language. The program fits them to few-shot tasks, to \
recordings or to a goal, drops what is not needed, and reports the formula with intervals, ablations and figures.")
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL program)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME rule-search)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
# What the program is linked to, found by dpkg-shlibdeps.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# gnuplot draws the figures of a run; the data are those of searches without --data.
set(CPACK_DEBIAN_PROGRAM_PACKAGE_RECOMMENDS "gnuplot-nox | gnuplot, dataset-fashion-mnist")
include(CPack)
