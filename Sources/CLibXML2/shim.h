#pragma once
// Debian's libxml2 headers reach ICU's, which collide with Foundation's own copy of ICU: keep them out.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/dict.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlschemas.h>
#include <libxml/xmlwriter.h>

// xmlFree is a mutable global function pointer, which Swift 6 does not let through.
static inline void sepad_xml_free(void *p) { xmlFree(p); }
