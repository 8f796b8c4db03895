package io.sluice.routing.libp2p.multistream;

import io.sluice.routing.libp2p.HostLimits;
import io.sluice.routing.libp2p.LimitException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Predicate;

/** The side that is proposed to: takes the first protocol that it has. */
public final class MultistreamListener {
  private final Predicate<String> available;
  private final MultistreamLine lines = new MultistreamLine();
  private boolean headerAnswered;
  private int proposals;

  /** Accepts what is available. */
  public MultistreamListener(Predicate<String> available) {
    this.available = available;
  }

  /** Where answers go. */
  public interface Answers {
    /** Sends an answer. */
    void send(ByteBuffer answer) throws IOException;
  }

  /**
   * Takes what has arrived, and nothing that belongs to the protocol.
   *
   * @return what is agreed on; null when nothing is yet
   * @throws IOException when the peer does not speak multistream-select, or proposes too much
   */
  public String onBytes(ByteBuffer in, Answers answers) throws IOException {
    if (!lines.isHeaderRead(in)) {
      return null;
    }
    if (!headerAnswered) {
      headerAnswered = true;
      answers.send(MultistreamLine.line(MultistreamLine.HEADER));
    }
    for (String line = lines.next(in); line != null; line = lines.next(in)) {
      if (available.test(line)) {
        answers.send(MultistreamLine.line(line));
        return line;
      } else if (++proposals == HostLimits.MULTISTREAM_PROPOSALS) {
        throw new LimitException("the peer has proposed " + proposals + " protocols in vain");
      } else {
        answers.send(MultistreamLine.line(MultistreamLine.NOT_AVAILABLE));
      }
    }
    return null;
  }
}
