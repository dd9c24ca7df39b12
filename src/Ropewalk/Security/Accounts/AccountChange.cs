namespace Ropewalk.Security.Accounts;

/// <summary>Tells how a change of an account ended.</summary>
public enum AccountChange
{
    /// <summary>It is made, and durable.</summary>
    Made,

    /// <summary>There is an account of that name.</summary>
    NameTaken,

    /// <summary>One of the certificates belongs to another account.</summary>
    CertificateTaken,

    /// <summary>There is no such account.</summary>
    NotFound,

    /// <summary>It was changed by somebody else meanwhile: read it again.</summary>
    Conflict,

    /// <summary>It holds more than an account may: certificates, attributes, or an address of more than 254 characters.</summary>
    TooLarge,
}
