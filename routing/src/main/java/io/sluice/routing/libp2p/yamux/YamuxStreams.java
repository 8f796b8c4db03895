package io.sluice.routing.libp2p.yamux;

import java.util.ArrayList;
import java.util.List;

/** The open streams of a session: few, so that a list is as fast as a table and much smaller. */
final class YamuxStreams {
  private static final int SIZE_EXPECTED = 4;

  private final List<YamuxStream> open = new ArrayList<>(SIZE_EXPECTED);
  private final int ownParity;
  private int outbound;

  YamuxStreams(boolean client) {
    ownParity = client ? 1 : 0;
  }

  int size() {
    return open.size();
  }

  int outbound() {
    return outbound;
  }

  int inbound() {
    return open.size() - outbound;
  }

  void add(YamuxStream stream) {
    open.add(stream);
    if (isOwn(stream)) {
      outbound++;
    }
  }

  /** The stream with an id, or null. */
  YamuxStream get(int id) {
    for (int i = open.size() - 1; i >= 0; i--) {
      if (open.get(i).id == id) {
        return open.get(i);
      }
    }
    return null;
  }

  void remove(YamuxStream stream) {
    int last = open.size() - 1;
    int at = open.indexOf(stream);
    open.set(at, open.get(last));
    open.remove(last);
    if (isOwn(stream)) {
      outbound--;
    }
  }

  private boolean isOwn(YamuxStream stream) {
    return (stream.id & 1) == ownParity;
  }

  /** A copy, to be walked over while streams end. */
  List<YamuxStream> all() {
    return new ArrayList<>(open);
  }
}
