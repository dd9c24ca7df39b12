using System.Net;
using Ropewalk.Security.Accounts;

namespace Ropewalk.Security.Sasl;

/// <summary>Says what a server knows of the connection that a client signs in on.</summary>
public sealed record SaslServerContext
{
    /// <summary>Gets the certificate that the client has shown on this connection; null if none.</summary>
    public CertificateFingerprint? Certificate { get; init; }

    /// <summary>Gets whether nobody else can read the connection: TLS, or a way that does not leave the machine. Default false.</summary>
    public bool IsProtected { get; init; }

    /// <summary>Gets the client's address, which guesses are counted by; null where it has none.</summary>
    public EndPoint? Client { get; init; }

    /// <summary>
    /// Gets whether the protocol's word for success can carry bytes (XMPP, LDAP). Default false (IRC, SMTP, IMAP, POP3): there the server's
    /// last bytes go as one more challenge, which the client answers with an empty response.
    /// </summary>
    public bool SuccessCarriesBytes { get; init; }
}
