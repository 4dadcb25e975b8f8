// libxml2's errors in our words.

import CLibXML2

/// libxml2's messages quote the document, so its numbers are put into our own words.
func words(forError code: Int32) -> String {
  switch xmlParserErrors(rawValue: UInt32(bitPattern: code)) {
  case XML_ERR_DOCUMENT_EMPTY: "an empty file or no XML at all"
  case XML_ERR_DOCUMENT_END: "something after the document, or a document cut short"
  case XML_ERR_TAG_NAME_MISMATCH: "an end tag that closes another element"
  case XML_ERR_TAG_NOT_FINISHED: "a document cut short"
  case XML_ERR_GT_REQUIRED, XML_ERR_LT_REQUIRED, XML_ERR_LTSLASH_REQUIRED: "a broken tag"
  case XML_ERR_INVALID_ENCODING, XML_ERR_UNKNOWN_ENCODING, XML_ERR_UNSUPPORTED_ENCODING, XML_I18N_CONV_FAILED,
    XML_IO_ENCODER:
    "bytes that are not of the declared encoding, or an encoding not known"
  case XML_ERR_INVALID_CHAR, XML_ERR_INVALID_CHARREF: "a character that XML does not allow"
  case XML_ERR_UNDECLARED_ENTITY, XML_WAR_UNDECLARED_ENTITY, XML_ERR_ENTITYREF_NO_NAME,
    XML_ERR_ENTITYREF_SEMICOL_MISSING:
    "an undeclared entity or a bare ampersand"
  case XML_NS_ERR_UNDEFINED_NAMESPACE: "a prefix without a namespace"
  case XML_ERR_ATTRIBUTE_REDEFINED, XML_NS_ERR_ATTRIBUTE_REDEFINED: "an attribute given twice"
  case XML_ERR_NO_MEMORY: "no memory left"
  default: "XML error \(code)"
  }
}
