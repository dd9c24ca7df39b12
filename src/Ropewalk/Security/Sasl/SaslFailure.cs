namespace Ropewalk.Security.Sasl;

/// <summary>Says why a SASL conversation failed.</summary>
public enum SaslFailure
{
    /// <summary>The name, the password or the certificate is not right; which of them is not told.</summary>
    WrongCredentials,

    /// <summary>The account is suspended. Told only to who has shown to be its owner.</summary>
    Suspended,

    /// <summary>The account is not verified. Told only to who has shown to be its owner.</summary>
    NotVerified,

    /// <summary>Too many attempts failed, for this account or from this address.</summary>
    RateLimited,

    /// <summary>More checks wait than may wait.</summary>
    Busy,

    /// <summary>The store of accounts could not answer.</summary>
    Unavailable,

    /// <summary>The peer's message is not well-formed.</summary>
    Malformed,

    /// <summary>The peer's message is longer than it may be.</summary>
    TooLong,

    /// <summary>The peer said something although the conversation is over.</summary>
    Unexpected,

    /// <summary>The client asked to act as somebody else than it is. <b>Spec</b>: RFC 4422 §3.4.1.</summary>
    AuthorizationRefused,

    /// <summary>The client asked for a channel binding, or contradicts itself about it. <b>Spec</b>: RFC 5802 §6.</summary>
    ChannelBindingRefused,

    /// <summary>The peer requires an extension that is not known here. <b>Spec</b>: RFC 5802 §5.1.</summary>
    ExtensionRefused,

    /// <summary>The peer's nonce does not continue ours, or is not the one of this conversation. <b>Spec</b>: RFC 5802 §5.1.</summary>
    NonceMismatch,

    /// <summary>The server asks for more iterations than the client does, or for so few that a guess is cheap.</summary>
    IterationsRefused,

    /// <summary>The server has not shown to know the password, or said that the conversation succeeded before it did. <b>Spec</b>: RFC 5802 §3.</summary>
    ServerNotProven,

    /// <summary>The server refused, in the mechanism's own words.</summary>
    ServerRefused,

    /// <summary>The client's own credentials do not fit the mechanism: there is no password, or it cannot be one.</summary>
    NoCredentials,
}
