package io.sluice.server.store;

/** What a store knew at one moment: names, digests and types, and who refers to whom. */
record StoreSnapshot(Catalog catalog, ReferrerIndex referrers) {
  static final StoreSnapshot EMPTY = new StoreSnapshot(Catalog.EMPTY, ReferrerIndex.EMPTY);

  /** Nothing is known, and nothing is served. */
  static final StoreSnapshot CLOSED = new StoreSnapshot(Catalog.CLOSED, ReferrerIndex.EMPTY);
}
