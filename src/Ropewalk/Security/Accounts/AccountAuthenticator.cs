using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Ropewalk.Blocking;
using Ropewalk.Diagnostics;
using Ropewalk.Policies;

namespace Ropewalk.Security.Accounts;

/// <summary>
/// Checks who somebody is. A name without an account costs the same work as one with an account; guesses are limited for each account and
/// each address; passwords are hashed on a bounded number of threads of their own.
/// </summary>
/// <remarks><b>Call</b>: from any thread. One for the whole process: the limits hold for all protocols together.</remarks>
public sealed class AccountAuthenticator
{
    private const int IPv6NetworkBits = 64;
    private const int SaltBytes = 16;

    private readonly AccountAuthenticatorOptions _options;
    private readonly ILogger _log;
    private readonly BlockingPool _pool;
    private readonly FailureTable<string> _byAccount;
    private readonly FailureTable<AddressPrefix> _byAddress;
    private int _checks;

    /// <summary>Creates the authenticator.</summary>
    /// <param name="store">Where the accounts are.</param>
    /// <param name="options">Its bounds; null for the defaults. Not to be changed afterwards.</param>
    /// <param name="log">Where failures go; null for nowhere.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The options are wrong.</exception>
    public AccountAuthenticator(IAccountStore store, AccountAuthenticatorOptions? options = null, ILogger<AccountAuthenticator>? log = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        _options = options ?? new AccountAuthenticatorOptions();
        _options.Validate();
        Store = store;
        _log = log ?? (ILogger)NullLogger.Instance;
        _pool = new BlockingPool("passwords", new BlockingPoolOptions { MaxThreads = _options.MaxConcurrentChecks, MaxQueued = MaxChecks });
        _byAccount = new(_options.FailuresPerAccount, _options.FailureInterval, _options.MaxTracked, _options.TimeProvider);
        _byAddress = new(_options.FailuresPerAddress, _options.FailureInterval, _options.MaxTracked, _options.TimeProvider);
    }

    /// <summary>Gets where the accounts are.</summary>
    public IAccountStore Store { get; }

    private int MaxChecks => _options.MaxConcurrentChecks + _options.MaxWaitingChecks;

    /// <summary>Checks a name and a password.</summary>
    /// <param name="name">The name as it was typed.</param>
    /// <param name="password">The password as it was typed.</param>
    /// <param name="client">Whose guesses these are; null, or what has no address, is limited by account only.</param>
    /// <param name="cancellationToken">Gives up. The attempt counts as a failure.</param>
    public async ValueTask<AuthenticationResult> AuthenticateAsync(string name, string password, EndPoint? client, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(password);
        if (!TryBegin(name, client))
        {
            return AuthenticationResult.Failed(AuthenticationFailure.RateLimited);
        }

        try
        {
            (Account? account, ScramCredential credential) = await FindCredentialAsync(name, cancellationToken);
            if (await TryHashAsync(() => credential.Verify(password), cancellationToken) is not { } isRight)
            {
                GiveBack(name, client);
                return AuthenticationResult.Failed(AuthenticationFailure.Busy);
            }

            return Conclude(name, client, account, isRight);
        }
        catch (ProtocolException e)
        {
            GiveBack(name, client);
            return Unavailable(e);
        }
    }

    /// <summary>Finds who a certificate signs in as.</summary>
    /// <param name="fingerprint">Of the certificate whose key the client has shown to hold.</param>
    /// <param name="client">For the log.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<AuthenticationResult> AuthenticateAsync(CertificateFingerprint fingerprint, EndPoint? client, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fingerprint);
        try
        {
            Account? account = await Store.FindByCertificateAsync(fingerprint, cancellationToken);
            return Judge(client, account, account is not null);
        }
        catch (ProtocolException e)
        {
            return Unavailable(e);
        }
    }

    /// <summary>Makes a credential of a new password, off the loops and with the options' iterations.</summary>
    /// <returns>Null if it may not be a password, or more checks wait than may wait.</returns>
    public async ValueTask<ScramCredential?> CreateCredentialAsync(string password, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(password);
        ScramCredential? credential = null;
        await TryHashAsync(() => (credential = ScramCredential.Create(password, _options.Random, _options.Iterations)) is not null, cancellationToken);
        return credential;
    }

    /// <summary>Finds what to check an attempt against: of an account that does not exist, or has no password, what nobody can meet.</summary>
    internal async ValueTask<(Account? Account, ScramCredential Credential)> FindCredentialAsync(string name, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> secret = await Store.GetSecretAsync(cancellationToken);

        // made before it is known whether it is needed, so that both ways cost the same
        ScramCredential never = NeverMet(secret.Span, AccountName.TryParse(name, out AccountName? parsed) ? parsed.Canonical : name);
        Account? account = parsed is null ? null : await Store.FindAsync(parsed, cancellationToken);
        return account?.Credential is { } credential ? (account, credential) : (null, never);
    }

    /// <summary>Takes the right to one attempt; false if there were too many failures.</summary>
    internal bool TryBegin(string name, EndPoint? client)
    {
        AddressPrefix? address = AddressPrefix.Of(client, ipv6Length: IPv6NetworkBits);
        if (address is { } known && !_byAddress.TryTake(known))
        {
            return false;
        }

        // a name that cannot be one guesses at nothing
        if (!AccountName.TryParse(name, out AccountName? parsed) || _byAccount.TryTake(parsed.Canonical))
        {
            return true;
        }

        if (address is { } taken)
        {
            _byAddress.GiveBack(taken);
        }

        return false;
    }

    /// <summary>Ends an attempt that was begun.</summary>
    internal AuthenticationResult Conclude(string name, EndPoint? client, Account? account, bool isRight)
    {
        if (isRight && account is not null)
        {
            GiveBack(name, client);
        }

        return Judge(client, account, isRight);
    }

    /// <summary>Tells that the store failed.</summary>
    internal AuthenticationResult Unavailable(Exception exception)
    {
        AccountLog.StoreFailed(_log, exception);
        return AuthenticationResult.Failed(AuthenticationFailure.Unavailable);
    }

    private AuthenticationResult Judge(EndPoint? client, Account? account, bool isRight)
    {
        AuthenticationFailure? failure = !isRight || account is null ? AuthenticationFailure.WrongCredentials
            : account.IsSuspended ? AuthenticationFailure.Suspended
            : _options.RequireVerified && !account.IsVerified ? AuthenticationFailure.NotVerified
            : null;
        if (failure is not { } reason)
        {
            return AuthenticationResult.Of(account!);
        }

        AccountLog.Failed(_log, client, account?.Name, reason);
        return AuthenticationResult.Failed(reason);
    }

    private void GiveBack(string name, EndPoint? client)
    {
        if (AddressPrefix.Of(client, ipv6Length: IPv6NetworkBits) is { } address)
        {
            _byAddress.GiveBack(address);
        }

        if (AccountName.TryParse(name, out AccountName? parsed))
        {
            _byAccount.GiveBack(parsed.Canonical);
        }
    }

    // Salt and keys of an account that is not: the same at each asking, as a stored one's are, and without a password.
    private ScramCredential NeverMet(ReadOnlySpan<byte> secret, string name)
    {
        byte[] salt = Derive(secret, "salt", name);
        bool isMade = ScramCredential.TryRestore(
            salt.AsSpan(0, SaltBytes), _options.Iterations, Derive(secret, "stored key", name), Derive(secret, "server key", name), out ScramCredential? credential);
        return isMade ? credential! : throw new InvalidOperationException("The options were changed to what may not be.");
    }

    private static byte[] Derive(ReadOnlySpan<byte> secret, string use, string name) => HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{use}\0{name}"));

    private async ValueTask<bool?> TryHashAsync(Func<bool> hash, CancellationToken cancellationToken)
    {
        if (_options.ChecksInline)
        {
            return hash();
        }

        if (Interlocked.Increment(ref _checks) > MaxChecks)
        {
            Interlocked.Decrement(ref _checks);
            return null;
        }

        // counted until it has run, heard or not: what its caller gave up still stands in the pool's queue
        return await _pool.RunAsync(() => Run(hash, cancellationToken), CancellationToken.None).WaitAsync(cancellationToken);
    }

    private bool Run(Func<bool> hash, CancellationToken cancellationToken)
    {
        try
        {
            return !cancellationToken.IsCancellationRequested && hash();
        }
        finally
        {
            Interlocked.Decrement(ref _checks);
        }
    }
}
