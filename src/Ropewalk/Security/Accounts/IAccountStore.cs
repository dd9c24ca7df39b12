namespace Ropewalk.Security.Accounts;

/// <summary>Keeps accounts. <see cref="RecordAccountStore"/> keeps them in any record store; a directory of one's own implements this.</summary>
/// <remarks>
/// <b>Call</b>: from any thread. What is said to be made is durable. A store that cannot answer throws
/// <see cref="Storage.RecordStoreException"/> or another <see cref="Diagnostics.ProtocolException"/>.
/// </remarks>
public interface IAccountStore
{
    /// <summary>Finds an account by its name; null if there is none.</summary>
    ValueTask<Account?> FindAsync(AccountName name, CancellationToken cancellationToken = default);

    /// <summary>Finds the account that a certificate signs in to; null if there is none.</summary>
    ValueTask<Account?> FindByCertificateAsync(CertificateFingerprint fingerprint, CancellationToken cancellationToken = default);

    /// <summary>Makes an account. Its <see cref="Account.Version"/> does not count.</summary>
    ValueTask<AccountChange> CreateAsync(Account account, CancellationToken cancellationToken = default);

    /// <summary>Replaces an account by what was made of it, if it still is at the <see cref="Account.Version"/> that it was read at.</summary>
    ValueTask<AccountChange> UpdateAsync(Account account, CancellationToken cancellationToken = default);

    /// <summary>Gives an account another password, whatever else is changed meanwhile; null takes it away.</summary>
    ValueTask<AccountChange> ChangePasswordAsync(AccountName name, ScramCredential? credential, CancellationToken cancellationToken = default);

    /// <summary>Deletes an account. Its certificates are free again.</summary>
    ValueTask<AccountChange> DeleteAsync(AccountName name, CancellationToken cancellationToken = default);

    /// <summary>Goes through all accounts, by their canonical names.</summary>
    IAsyncEnumerable<Account> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Gets 32 random bytes that are made once and kept with the accounts. What a client is told of an account that does not exist is derived
    /// from them, so that it stays the same over restarts, as it does for one that exists.
    /// </summary>
    ValueTask<ReadOnlyMemory<byte>> GetSecretAsync(CancellationToken cancellationToken = default);
}
