namespace Ropewalk.Security.Sasl;

/// <summary>Says who a client is and what it can show.</summary>
public sealed class SaslClientCredentials
{
    /// <summary>Gets or sets the name; empty where only a certificate is shown.</summary>
    public string Name { get; set; } = "";

    /// <summary>Gets or sets the password; null if there is none.</summary>
    public string? Password { get; set; }

    /// <summary>Gets or sets whom to act as; empty for oneself, which is the default and what servers here take.</summary>
    public string AuthorizationId { get; set; } = "";

    /// <summary>Gets or sets whether the TLS connection shows a certificate of ours. Default false.</summary>
    public bool HasCertificate { get; set; }

    /// <summary>Gets or sets the least iterations that a server may ask for. Default 4,096 (RFC 7677 §4): with fewer, who listens guesses cheaply.</summary>
    public int MinIterations { get; set; } = 4096;

    /// <summary>Gets or sets the most iterations that a server may ask for. Default 1,000,000: under a second; OWASP recommends 600,000.</summary>
    public int MaxIterations { get; set; } = 1_000_000;

    /// <summary>Shows the name, never the password.</summary>
    public override string ToString() => $"{Name}{(Password is null ? "" : " with a password")}{(HasCertificate ? " with a certificate" : "")}";
}
