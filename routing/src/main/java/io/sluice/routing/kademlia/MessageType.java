package io.sluice.routing.kademlia;

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

  static MessageType of(long number) throws MalformedMessageException {
    if (number < 0 || number >= BY_NUMBER.length) {
      throw new MalformedMessageException("message type " + number + " is unknown");
    }
    return BY_NUMBER[(int) number];
  }
}
