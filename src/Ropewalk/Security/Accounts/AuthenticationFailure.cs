namespace Ropewalk.Security.Accounts;

/// <summary>Says why somebody may not sign in.</summary>
public enum AuthenticationFailure
{
    /// <summary>The name, the password or the certificate is not right; which of them is not told.</summary>
    WrongCredentials,

    /// <summary>The account is suspended. Told only to who has shown to be its owner.</summary>
    Suspended,

    /// <summary>The account's owner has not shown to be reachable. Told only to who has shown to be its owner.</summary>
    NotVerified,

    /// <summary>Too many attempts failed, for this account or from this address. Nothing was checked.</summary>
    RateLimited,

    /// <summary>More checks wait than may wait. Nothing was checked.</summary>
    Busy,

    /// <summary>The store of accounts could not answer.</summary>
    Unavailable,
}
