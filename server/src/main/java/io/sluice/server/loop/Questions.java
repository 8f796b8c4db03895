package io.sluice.server.loop;

import io.sluice.server.control.ControlChannel;
import io.sluice.server.control.ControlMessages;
import io.sluice.server.http.RegistryTarget;
import io.sluice.server.metrics.LoopMetrics;
import io.sluice.server.metrics.Route;
import io.sluice.server.relay.RelayNames;
import java.lang.foreign.MemorySegment;

/** Puts what a connection asks for into words for the control plane. */
final class Questions {
  private final ControlChannel control;
  private final MemorySegment memory;
  private final LoopMetrics metrics;

  Questions(ControlChannel control, Exchanges exchanges, LoopMetrics metrics) {
    this.control = control;
    this.memory = exchanges.memory();
    this.metrics = metrics;
  }

  /**
   * Asks a question of {@link ControlMessages}; the reply comes to the loop later.
   *
   * @return false when the control plane is too far behind
   */
  boolean ask(Connection connection, int type) {
    RegistryTarget target = connection.exchange.target;
    control.begin();
    text(ControlMessages.TEXT_NAME, target.nameOffset(), target.nameLength());
    text(ControlMessages.TEXT_NAMESPACE, target.namespaceOffset(), target.namespaceLength());
    text(ControlMessages.TEXT_LAST, target.lastOffset(), target.lastLength());
    text(
        ControlMessages.TEXT_ARTIFACT_TYPE,
        target.artifactTypeOffset(),
        target.artifactTypeLength());
    reference(connection, type);
    metrics.controlRequest();
    return control.commit(
        type,
        connection.slot,
        connection.generation,
        connection.requestSequence,
        flags(connection),
        target.n());
  }

  /** Says that a blob cannot be read; lost when the control plane is too far behind. */
  void reportUnreadable(MemorySegment from, long offset, int length, int errno) {
    control.begin();
    control.text(ControlMessages.TEXT_REFERENCE, from, offset, length);
    control.commit(ControlMessages.BLOB_UNREADABLE, 0, 0, 0, 0, errno);
  }

  /**
   * Asks anew who has what a relay fetches, when all who were named have failed; the reply comes to
   * the loop later. The request may be gone.
   *
   * @return false when the control plane is too far behind
   */
  boolean askPeers(Connection connection, RelayNames names) {
    control.begin();
    control.text(ControlMessages.TEXT_NAME, names.memory(), names.nameOffset(), names.nameLength());
    control.text(
        ControlMessages.TEXT_NAMESPACE,
        names.memory(),
        names.namespaceOffset(),
        names.namespaceLength());
    control.text(
        ControlMessages.TEXT_REFERENCE,
        names.memory(),
        names.referenceOffset(),
        names.referenceLength());
    metrics.controlRequest();
    return control.commit(
        ControlMessages.FIND_PEERS,
        connection.slot,
        connection.generation,
        connection.requestSequence,
        ControlMessages.FLAG_ANEW | (names.byDigest() ? 0 : ControlMessages.FLAG_TAG),
        0);
  }

  /** The reference: as asked for, or the digest that a tag has led to. */
  private void reference(Connection connection, int type) {
    Exchange exchange = connection.exchange;
    if (type == ControlMessages.DESCRIBE) {
      long offset = exchange.responseOffset;
      int length = connection.blob.digest().writeText(memory, offset);
      text(ControlMessages.TEXT_REFERENCE, offset, length);
    } else {
      text(
          ControlMessages.TEXT_REFERENCE,
          exchange.target.referenceOffset(),
          exchange.target.referenceLength());
    }
  }

  private static int flags(Connection connection) {
    boolean byTag =
        connection.route == Route.MANIFEST && connection.exchange.target.digest().isEmpty();
    return (connection.headOnly ? ControlMessages.FLAG_HEAD_ONLY : 0)
        | (connection.keepAlive ? 0 : ControlMessages.FLAG_CLOSE)
        | (byTag ? ControlMessages.FLAG_TAG : 0);
  }

  private void text(int which, long offset, int length) {
    control.text(which, memory, offset, length);
  }
}
