// What js-libp2p expects of Node.js 22, for Node.js 20.
Promise.withResolvers ??= function () {
  let resolve, reject
  const promise = new this((yes, no) => { resolve = yes; reject = no })
  return { promise, resolve, reject }
}
Set.prototype.difference ??= function (other) {
  return new Set([...this].filter(element => !other.has(element)))
}
