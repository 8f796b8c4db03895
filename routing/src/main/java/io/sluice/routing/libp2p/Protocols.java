package io.sluice.routing.libp2p;

import io.sluice.routing.host.StreamAcceptor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The protocols that this node serves, in the order in which they were named. */
final class Protocols {
  private final Map<String, StreamAcceptor> acceptors = new LinkedHashMap<>();

  void put(String protocol, StreamAcceptor acceptor) {
    int limit = HostLimits.MULTISTREAM_LINE_BYTES - 1;
    if (protocol.isEmpty() || protocol.length() > limit || protocol.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("'" + protocol + "' is not the name of a protocol");
    }
    acceptors.put(protocol, acceptor);
  }

  boolean has(String protocol) {
    return acceptors.containsKey(protocol);
  }

  StreamAcceptor get(String protocol) {
    return acceptors.get(protocol);
  }

  List<String> names() {
    return List.copyOf(acceptors.keySet());
  }
}
