package io.sluice.routing.kademlia;

import io.sluice.routing.host.PeerStream;
import io.sluice.routing.multiformat.MalformedException;
import java.nio.ByteBuffer;

/** A stream on which a peer of a test is asked; what it is only told of, it does not hear. */
abstract class AskedStream extends Quiet {
  private final MessageReader reader = new MessageReader(KademliaLimits.REQUEST_BYTES_MAX);
  PeerStream stream;

  /** A question that wants an answer. */
  abstract void onQuestion(KademliaMessage question);

  @Override
  public void onOpen(PeerStream opened) {
    stream = opened;
  }

  @Override
  public void onData(ByteBuffer bytes) {
    try {
      for (KademliaMessage question = reader.next(bytes);
          question != null;
          question = reader.next(bytes)) {
        if (question.type() != MessageType.ADD_PROVIDER) {
          onQuestion(question);
        }
      }
    } catch (MalformedException malformed) {
      throw new AssertionError(malformed);
    }
  }
}
