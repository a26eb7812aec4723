/** For tests, which start Node a thousand times and use no network: Node reads such certificates at each start. */
function withoutCertificates() {
  const { NODE_EXTRA_CA_CERTS: _, ...rest } = process.env;
  return rest;
}

module.exports = { withoutCertificates };
