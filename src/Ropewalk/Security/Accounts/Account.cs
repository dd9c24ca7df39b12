using System.Collections.ObjectModel;

namespace Ropewalk.Security.Accounts;

/// <summary>Describes somebody who may sign in. A value never changes; a change is a new value given to <see cref="IAccountStore.UpdateAsync"/>.</summary>
public sealed record Account
{
    /// <summary>Gets the name, with the spelling that its owner chose.</summary>
    public required AccountName Name { get; init; }

    /// <summary>Gets the e-mail address, or null. The store takes it as it is: whoever asks for it checks it.</summary>
    public string? Email { get; init; }

    /// <summary>Gets when the account was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Gets whether its owner has shown to be reachable. Default true; a server that asks for proof makes accounts with false.</summary>
    public bool IsVerified { get; init; } = true;

    /// <summary>Gets whether it may not be used at present. Default false.</summary>
    public bool IsSuspended { get; init; }

    /// <summary>Gets what protocols keep with it: at most 64, names up to 64 and values up to 1,024 characters.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Gets the certificates that sign in to it: at most 16, and each belongs to one account only.</summary>
    public IReadOnlyList<CertificateFingerprint> Certificates { get; init; } = [];

    /// <summary>Gets what is kept of its password; null if it has none and is signed in to by certificate.</summary>
    public ScramCredential? Credential { get; init; }

    /// <summary>Gets the number of its last change, as the store gave it; 0 for an account that is not stored.</summary>
    public long Version { get; init; }

    /// <summary>Shows the name and the state: no address, no credential.</summary>
    public override string ToString() => $"{Name}{(IsVerified ? "" : ", not verified")}{(IsSuspended ? ", suspended" : "")}";
}
