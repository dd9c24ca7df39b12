namespace Ropewalk.Security.Sasl;

/// <summary>Says what a server does next in a SASL conversation.</summary>
public enum SaslStepKind
{
    /// <summary>It sends a challenge and waits for a response.</summary>
    Challenge,

    /// <summary>It says that the client has signed in.</summary>
    Succeeded,

    /// <summary>It says that the client has not signed in.</summary>
    Failed,
}
