package io.sluice.routing.kademlia;

import io.sluice.routing.multiformat.MalformedException;

/** What a message asks or answers, by its number on the wire. */
enum MessageType {
  PUT_VALUE,
  GET_VALUE,
  ADD_PROVIDER,
  GET_PROVIDERS,
  FIND_NODE,
  PING;

  private static final MessageType[] BY_NUMBER = values();

  int number() {
    return ordinal();
  }

  static MessageType of(long number) throws MalformedException {
    if (number < 0 || number >= BY_NUMBER.length) {
      throw new MalformedException("message type " + number + " is unknown");
    }
    return BY_NUMBER[(int) number];
  }
}
