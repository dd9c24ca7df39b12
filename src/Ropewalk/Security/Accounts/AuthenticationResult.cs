using System.Diagnostics.CodeAnalysis;

namespace Ropewalk.Security.Accounts;

/// <summary>Tells who signed in, or why nobody did.</summary>
public readonly record struct AuthenticationResult
{
    private AuthenticationResult(Account? account, AuthenticationFailure failure)
    {
        Account = account;
        Failure = failure;
    }

    /// <summary>Gets whether somebody signed in.</summary>
    [MemberNotNullWhen(true, nameof(Account))]
    public bool Succeeded => Account is not null;

    /// <summary>Gets who; null if nobody did.</summary>
    public Account? Account { get; }

    /// <summary>Gets why not; without meaning if somebody did.</summary>
    public AuthenticationFailure Failure { get; }

    /// <summary>Makes the result of who signed in.</summary>
    public static AuthenticationResult Of(Account account)
    {
        ArgumentNullException.ThrowIfNull(account);
        return new(account, default);
    }

    /// <summary>Makes the result of a failure.</summary>
    public static AuthenticationResult Failed(AuthenticationFailure failure) => new(null, failure);
}
