package io.sluice.server.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamReadException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Strict, bounded JSON (RFC 8259) for content that nobody vouches for. */
final class Json {
  /** Names are not kept: hostile content would fill a table that all documents share. */
  static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(StoreLimits.JSON_DEPTH_MAX)
                  .maxDocumentLength(StoreLimits.JSON_BYTES_MAX)
                  .build())
          .build();

  private static final int REASON_LENGTH_MAX = 200;

  /** Jackson's note where the unfinished value began, which says mostly that it does not say. */
  private static final Pattern START_MARKER =
      Pattern.compile(" \\(start marker at [^)]*\\)[^)]*\\)");

  private Json() {}

  /** A parser at the start of a document. Malformed UTF-8 is an error, and there is no guessing. */
  static JsonParser parser(InputStream in) throws IOException {
    return FACTORY.createParser(
        new InputStreamReader(
            in,
            StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT)));
  }

  /** A parser within the top-level object; fails when the document is something else. */
  static JsonParser objectParser(InputStream in) throws IOException {
    JsonParser parser = parser(in);
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new JsonParseException(parser, "it is no JSON object");
    }
    return parser;
  }

  /** Fails unless only white space follows the value that was read. */
  static void expectEnd(JsonParser parser) throws IOException {
    if (parser.nextToken() != null) {
      throw new JsonParseException(parser, "something follows the JSON object");
    }
  }

  /** The current value where it is a string; other values are skipped. */
  static String stringOrNull(JsonParser parser) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      return parser.getText();
    }
    parser.skipChildren();
    return null;
  }

  /** Whether the current value is the number 2; other values are skipped. */
  static boolean isTwo(JsonParser parser) throws IOException {
    boolean two =
        parser.currentToken() == JsonToken.VALUE_NUMBER_INT && "2".equals(parser.getText());
    parser.skipChildren();
    return two;
  }

  /** Whether content was read and is at fault, rather than reading it. */
  static boolean isMalformed(Throwable failure) {
    return failure instanceof JsonProcessingException
        || failure instanceof CharacterCodingException;
  }

  /** Why reading failed, short and without control characters, for a log. */
  static String reason(IOException failure) {
    String text =
        failure instanceof StreamReadException malformed
            ? malformed.getOriginalMessage() + position(malformed)
            : failure.toString();
    String printable = START_MARKER.matcher(text).replaceAll("").replaceAll("[^\\x20-\\x7e]", "?");
    return printable.length() <= REASON_LENGTH_MAX
        ? printable
        : printable.substring(0, REASON_LENGTH_MAX) + "...";
  }

  private static String position(StreamReadException malformed) {
    return malformed.getLocation() == null
        ? ""
        : " (line "
            + malformed.getLocation().getLineNr()
            + ", column "
            + malformed.getLocation().getColumnNr()
            + ")";
  }
}
