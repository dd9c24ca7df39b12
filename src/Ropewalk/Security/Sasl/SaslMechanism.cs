namespace Ropewalk.Security.Sasl;

/// <summary>Names the mechanisms that are spoken here.</summary>
public static class SaslMechanism
{
    /// <summary>Shows the certificate of the TLS connection. <b>Spec</b>: RFC 4422 §A.</summary>
    public const string External = "EXTERNAL";

    /// <summary>Proves the password without sending it, and has the server prove that it knows it. <b>Spec</b>: RFC 7677 §3.</summary>
    public const string ScramSha256 = "SCRAM-SHA-256";

    /// <summary>Sends the password. <b>Spec</b>: RFC 4616 §2.</summary>
    public const string Plain = "PLAIN";
}
