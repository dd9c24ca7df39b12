using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Ropewalk.Storage;

namespace Ropewalk.Security.Accounts;

/// <summary>Keeps accounts in a record store: each account is one record, and each of its certificates one that leads to it, changed together.</summary>
public sealed class RecordAccountStore : IAccountStore
{
    private const string Accounts = "accounts";
    private const string Certificates = "account-certificates";
    private const int SecretBytes = 32;

    // somebody else was faster that often: a fault, not a load
    private const int MaxTries = 8;

    private static readonly RecordKey SecretKey = RecordKey.Of("account-secrets", "unknown-accounts");

    private readonly IRecordStore _records;
    private readonly RandomNumberGenerator _random;
    private byte[]? _secret;

    /// <summary>Creates the store.</summary>
    /// <param name="records">Where the records are. Other collections of it are free for others.</param>
    /// <param name="random">Where the secret of <see cref="GetSecretAsync"/> comes from, once; null for the system's.</param>
    public RecordAccountStore(IRecordStore records, RandomNumberGenerator? random = null)
    {
        ArgumentNullException.ThrowIfNull(records);
        _records = records;
        _random = random ?? RandomNumberGenerator.Create();
    }

    /// <inheritdoc/>
    public async ValueTask<Account?> FindAsync(AccountName name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        return await _records.GetAsync(KeyOf(name), cancellationToken) is { } record ? AccountDocument.Decode(record) : null;
    }

    /// <inheritdoc/>
    public async ValueTask<Account?> FindByCertificateAsync(CertificateFingerprint fingerprint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fingerprint);
        if (await _records.GetAsync(KeyOf(fingerprint), cancellationToken) is not { } index
            || await _records.GetAsync(RecordKey.Of(Accounts, Encoding.UTF8.GetString(index.Content.Span)), cancellationToken) is not { } record)
        {
            return null;
        }

        // between the two reads the certificate may have been taken from the account
        Account account = AccountDocument.Decode(record);
        return account.Certificates.Contains(fingerprint) ? account : null;
    }

    /// <inheritdoc/>
    public async ValueTask<AccountChange> CreateAsync(Account account, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(account);
        if (!AccountDocument.Fits(account))
        {
            return AccountChange.TooLarge;
        }

        List<RecordChange> changes = [RecordChange.Put(KeyOf(account.Name), AccountDocument.Encode(account), RecordExpectation.Absent)];
        changes.AddRange(account.Certificates.Select(certificate => Claim(certificate, account.Name)));
        return Judge(await _records.ApplyAsync(changes, cancellationToken), AccountChange.NameTaken);
    }

    /// <inheritdoc/>
    public async ValueTask<AccountChange> UpdateAsync(Account account, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(account);
        if (!AccountDocument.Fits(account))
        {
            return AccountChange.TooLarge;
        }

        if (await FindAsync(account.Name, cancellationToken) is not { } former)
        {
            return AccountChange.NotFound;
        }

        if (former.Version != account.Version)
        {
            return AccountChange.Conflict;
        }

        List<RecordChange> changes = [RecordChange.Put(KeyOf(account.Name), AccountDocument.Encode(account), RecordExpectation.Version(account.Version))];
        changes.AddRange(account.Certificates.Except(former.Certificates).Select(certificate => Claim(certificate, account.Name)));
        changes.AddRange(former.Certificates.Except(account.Certificates).Select(certificate => RecordChange.Delete(KeyOf(certificate))));
        return Judge(await _records.ApplyAsync(changes, cancellationToken), AccountChange.Conflict);
    }

    /// <inheritdoc/>
    public async ValueTask<AccountChange> ChangePasswordAsync(AccountName name, ScramCredential? credential, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        for (int i = 0; i < MaxTries; i++)
        {
            if (await FindAsync(name, cancellationToken) is not { } account)
            {
                return AccountChange.NotFound;
            }

            AccountChange change = await UpdateAsync(account with { Credential = credential }, cancellationToken);
            if (change != AccountChange.Conflict)
            {
                return change;
            }
        }

        return AccountChange.Conflict;
    }

    /// <inheritdoc/>
    public async ValueTask<AccountChange> DeleteAsync(AccountName name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        for (int i = 0; i < MaxTries; i++)
        {
            if (await FindAsync(name, cancellationToken) is not { } account)
            {
                return AccountChange.NotFound;
            }

            List<RecordChange> changes = [RecordChange.Delete(KeyOf(name), RecordExpectation.Version(account.Version))];
            changes.AddRange(account.Certificates.Select(certificate => RecordChange.Delete(KeyOf(certificate))));
            if ((await _records.ApplyAsync(changes, cancellationToken)).IsApplied)
            {
                return AccountChange.Made;
            }
        }

        return AccountChange.Conflict;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Account> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (StoredRecord record in _records.ReadAllAsync(Accounts, cancellationToken: cancellationToken))
        {
            yield return AccountDocument.Decode(record);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>> GetSecretAsync(CancellationToken cancellationToken = default)
    {
        if (_secret is { } known)
        {
            return known;
        }

        StoredRecord? record = await _records.GetAsync(SecretKey, cancellationToken);
        if (record is null)
        {
            byte[] secret = new byte[SecretBytes];
            _random.GetBytes(secret);
            await _records.ApplyAsync(RecordChange.Put(SecretKey, secret, RecordExpectation.Absent), cancellationToken);

            // whoever was first: what is stored counts
            record = await _records.GetAsync(SecretKey, cancellationToken)
                ?? throw new RecordStoreException(RecordStoreFailure.Other, "read", $"the record {SecretKey} was stored and is gone");
        }

        return _secret = record.Content.ToArray();
    }

    private static RecordKey KeyOf(AccountName name) => RecordKey.Of(Accounts, name.Canonical);

    private static RecordKey KeyOf(CertificateFingerprint fingerprint) => RecordKey.Of(Certificates, fingerprint.ToString());

    private static RecordChange Claim(CertificateFingerprint fingerprint, AccountName name) =>
        RecordChange.Put(KeyOf(fingerprint), Encoding.UTF8.GetBytes(name.Canonical), RecordExpectation.Absent);

    private static AccountChange Judge(RecordOutcome outcome, AccountChange accountConflict) =>
        outcome.IsApplied ? AccountChange.Made
        : outcome.Conflict!.Collection == Certificates ? AccountChange.CertificateTaken
        : accountConflict;
}
