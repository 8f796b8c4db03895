package io.sluice.server.loop;

/**
 * A request of a simulated client, and what must come back on a friendly day.
 *
 * @param text the whole request head
 * @param headOnly whether the response has no body
 * @param status what must come back when nothing goes wrong
 * @param blob whose bytes come back; null when none do
 * @param first first byte of it, inclusive
 * @param last last byte of it, inclusive; smaller than {@code first} for none
 * @param bodyOrNull the body where it is known and no blob's
 * @param certain whether nothing but {@code status} may come back on a friendly day
 */
record PlannedRequest(
    String text,
    boolean headOnly,
    int status,
    SimulatedBlob blob,
    long first,
    long last,
    String bodyOrNull,
    boolean certain) {

  static PlannedRequest of(String text, int status) {
    return new PlannedRequest(text, text.startsWith("HEAD"), status, null, 0, -1, null, true);
  }

  PlannedRequest withBody(String body) {
    return new PlannedRequest(text, headOnly, status, blob, first, last, body, certain);
  }

  /** The answer carries bytes {@code from} to {@code to} of {@code content}. */
  PlannedRequest withContent(SimulatedBlob content, long from, long to) {
    return new PlannedRequest(text, headOnly, status, content, from, to, bodyOrNull, certain);
  }

  /** Also on a friendly day other answers are possible. */
  PlannedRequest uncertain() {
    return new PlannedRequest(text, headOnly, status, blob, first, last, bodyOrNull, false);
  }

  /** The same with a further header line. */
  PlannedRequest withHeader(String line) {
    String longer = text.substring(0, text.length() - 2) + line + "\r\n\r\n";
    return new PlannedRequest(longer, headOnly, status, blob, first, last, bodyOrNull, certain);
  }
}
