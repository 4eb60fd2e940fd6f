/** A SAML assertion as a single sign-on would issue it, as far as clients and the simulator look at it: unsigned. */
export function samlAssertion(
  certificatePem: string,
  subject: string,
  { endsInMs = 3_600_000, id = "_1" }: { readonly endsInMs?: number; readonly id?: string } = {},
): string {
  const certificate = certificatePem.replace(/-----[A-Z ]+-----|\s/g, "");
  const end = new Date(Date.now() + endsInMs).toISOString();
  return `<?xml version="1.0" encoding="UTF-8"?>
<saml2:Assertion xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion" ID="${id}" Version="2.0">
  <ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:KeyInfo><ds:X509Data>
    <ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>
  <saml2:Subject><saml2:NameID>${subject}</saml2:NameID></saml2:Subject>
  <saml2:Conditions NotBefore="2020-01-01T00:00:00Z" NotOnOrAfter="${end}"/>
</saml2:Assertion>
`;
}
