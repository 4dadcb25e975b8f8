import CLibCurl

/// Seconds since 1970 of an HTTP date (RFC 9110 section 5.6.7); nil where libcurl cannot read it.
package func secondsSince1970(httpDate: String) -> Int64? {
  let seconds = curl_getdate(httpDate, nil)
  return seconds < 0 ? nil : Int64(seconds)
}
