namespace Ropewalk.Security.Tls;

/// <summary>Says whether a server asks its clients for certificates.</summary>
public enum TlsClientCertificates
{
    /// <summary>Clients are not asked.</summary>
    None,

    /// <summary>Clients are asked; one without a certificate is served, one with a bad certificate is refused.</summary>
    Request,

    /// <summary>A client without a good certificate is refused.</summary>
    Require,

    /// <summary>
    /// Clients are asked; any certificate is taken, whoever made it. It proves only that the client has its key: for protocols that know users by the certificate's
    /// fingerprint, as IRC's SASL EXTERNAL does.
    /// </summary>
    RequestAny,
}
