using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Chat.Irc.Network;
using Ropewalk.Chat.Irc.Wire;
using Ropewalk.Diagnostics;
using Ropewalk.Security.Accounts;
using Ropewalk.Security.Sasl;
using Ropewalk.Storage;

namespace Ropewalk.Chat.Irc.Server;

/// <summary>Does what commands leave to be done: everything that awaits a store.</summary>
internal sealed class IrcStores
{
    private const int MostAttempts = 5;

    private static readonly TimeSpan LongReplyPause = TimeSpan.FromMilliseconds(10);

    private readonly IrcServer _server;
    private readonly IrcServerOptions _options;
    private readonly IAccountStore _accounts;
    private readonly AccountAuthenticator _authenticator;
    private readonly ChannelRecords _channels;
    private readonly BanRecords _bans;
    private readonly string[]?[] _mechanisms = new string[4][];

    public IrcStores(IrcServer server, IrcServerOptions options, StoreCalls calls)
    {
        Calls = calls;
        _server = server;
        _options = options;
        _accounts = options.Accounts ?? new RecordAccountStore(options.Records, options.Random);
        _authenticator = new AccountAuthenticator(_accounts, options.Authentication);
        _channels = new ChannelRecords(options.Records, options.StoreName);
        _bans = new BanRecords(options.Records, options.StoreName);
        Sasl = new SaslServer(_authenticator, new SaslServerOptions { Random = options.Random });
    }

    /// <summary>Gets what waits for the stores.</summary>
    public StoreCalls Calls { get; }

    /// <summary>Gets the SASL server.</summary>
    public SaslServer Sasl { get; }

    /// <summary>Lists the mechanisms that are offered on a connection. One list for all connections of a kind: there are many.</summary>
    public IReadOnlyList<string> MechanismsFor(SaslServerContext context)
    {
        int kind = (context.Certificate is null ? 0 : 1) + (context.IsProtected ? 2 : 0);
        return _mechanisms[kind] ??= [.. Sasl.MechanismsFor(context)];
    }

    /// <summary>Takes over what is kept.</summary>
    public async ValueTask LoadAsync(IrcNetwork network, CancellationToken cancellationToken)
    {
        IReadOnlyList<IrcChannelRegistration> channels = await _channels.LoadAsync(cancellationToken);
        var accounts = channels.SelectMany(channel => channel.Access.Keys.Append(IrcCaseMapping.Ascii.Fold(channel.Founder))).Distinct(IrcCaseMapping.Ascii).ToDictionary(
            name => name, _ => (long?)null, (IEqualityComparer<byte[]>)IrcCaseMapping.Ascii);
        IReadOnlyList<IrcServerBan> bans = await _bans.LoadAsync(cancellationToken);
        foreach (IrcServerBan ban in bans)
        {
            if (ban.Until <= _server.UtcNow)
            {
                await _bans.KeepAsync(ban, isSet: false);
            }
            else
            {
                network.Bans.Set(ban);
            }
        }

        await foreach (Account account in _accounts.ListAsync(cancellationToken))
        {
            byte[] name = Encoding.UTF8.GetBytes(account.Name.Display);
            network.Registrations.Add(name);
            if (accounts.ContainsKey(name))
            {
                accounts[name] = account.Created.ToUnixTimeSeconds();
            }
        }

        var known = new Dictionary<byte[], long>(accounts.Where(one => one.Value is not null).Select(one => KeyValuePair.Create(one.Key, one.Value!.Value)), IrcCaseMapping.Ascii);
        foreach (IrcChannelRegistration registration in channels)
        {
            network.Take(registration.Bind(known));
        }

        IrcServerLog.Loaded(_server.Log, channels.Count, network.Registrations.Count, bans.Count);
    }

    /// <summary>Makes what SASL must know of a connection.</summary>
    public SaslServerContext ContextOf(ConnectionContext connection, CertificateFingerprint? fingerprint, bool isPrivate) =>
        new() { Certificate = fingerprint, IsProtected = isPrivate || _server.Options.AllowsPlainPasswords, Client = connection.RemoteEndPoint };

    /// <summary>Does what is to be done. What fails is a result, and so is what a store has not answered in time.</summary>
    /// <remarks>Nothing of it is given up when the client goes: what a store was asked for is done or not, and the network must know which. Only nobody waits for it.</remarks>
    public async ValueTask DoAsync(IrcWork work, IrcLink link, ConnectionContext connection)
    {
        switch (work)
        {
            case IrcWork.Sasl sasl:
                await StepAsync(sasl, link, connection);
                break;
            case IrcWork.CheckPassword check:
                check.Result = AuthenticationResult.Failed(AuthenticationFailure.Unavailable);
                await AskAsync("accounts", () => _authenticator.AuthenticateAsync(check.Account, check.Password, connection.RemoteEndPoint), result => check.Result = result, connection);
                break;
            case IrcWork.MakeAccount make:
                await ChangeAsync(make, "accounts", () => MakeAsync(make), result => make.Result = result, link, connection);
                break;
            case IrcWork.ChangeAccount change:
                await ChangeAsync(change, "accounts", () => EditAsync(change.Edit), result => change.Result = result, link, connection);
                break;
            case IrcWork.FindAccount find:
                find.IsDone = await AskAsync("accounts", () => _accounts.FindAsync(find.Name), result => find.Result = result, connection);
                break;
            case IrcWork.GoOn:
                await DrainAsync(link, connection);
                break;
            case IrcWork.Rehash rehash:
                await RehashAsync(rehash, connection);
                break;
            case IrcWork.StopServer stop:
                stop.IsDone = _options.Stop is not null;
                _options.Stop?.Invoke();
                break;
        }
    }

    /// <summary>Keeps what was prepared.</summary>
    /// <returns>False if it is not kept.</returns>
    public Task<bool> KeepAsync(IrcWork.KeepInTurn work) => work switch
    {
        _ when Calls.IsFull => Task.FromResult(false),
        IrcWork.KeepChannel keep => GuardAsync("channels", () => _channels.KeepAsync(keep.Channel.Name, keep.Kept)),
        IrcWork.KeepBan keep => GuardAsync("bans", () => _bans.KeepAsync(keep.Ban, keep.IsSet)),
        _ => throw new ArgumentOutOfRangeException(nameof(work)),
    };

    // Nothing is changed by it, so nobody must know what came of it when nobody waits any more.
    private async ValueTask<bool> AskAsync<TResult>(string what, Func<ValueTask<TResult>> ask, Action<TResult> set, ConnectionContext connection)
    {
        if (Calls.IsFull)
        {
            return false;
        }

        TResult? answer = default;
        Task<bool> call = GuardAsync(what, async () =>
        {
            answer = await ask();
            return true;
        });
        if (!await Calls.WaitAsync(call, what, connection.ConnectionClosed))
        {
            _ = Calls.FollowAsync(call, what, static () => { });
            return false;
        }

        if (await call)
        {
            set(answer!);
        }

        return await call;
    }

    private async ValueTask ChangeAsync<TResult>(IrcWork work, string what, Func<ValueTask<TResult>> change, Action<TResult?> set, IrcLink link, ConnectionContext connection)
    {
        if (Calls.IsFull)
        {
            return;
        }

        Task<TResult?> call = GuardAsync(what, change);
        if (await Calls.WaitAsync(call, what, connection.ConnectionClosed))
        {
            set(await call);
            return;
        }

        link.Late = () => _ = Calls.FollowAsync(call, what, () => _server.Owner.Post(_ =>
        {
            set(call.Result);
            _server.Network.CompleteLate(work, _server.UtcNow);
        }));
    }

    private async ValueTask RehashAsync(IrcWork.Rehash rehash, ConnectionContext connection)
    {
        Task<string> call = _options.Rehash is { } again ? again(CancellationToken.None) : Task.FromResult("There is nothing to be read again.");
        if (await Calls.WaitAsync(call, "configuration", connection.ConnectionClosed))
        {
            rehash.Outcome = await call;
        }
        else
        {
            rehash.Outcome = "The configuration is still being read.";
            _ = Calls.FollowAsync(call, "configuration", static () => { });
        }
    }

    private async ValueTask StepAsync(IrcWork.Sasl work, IrcLink link, ConnectionContext connection)
    {
        if (work.IsAborted)
        {
            link.Sasl = null;
        }
        else if (work.Mechanism is { } mechanism)
        {
            IrcPeer peer = work.User.Peer;
            CertificateFingerprint.TryParse(peer.CertificateFingerprint, out CertificateFingerprint? fingerprint);
            SaslServerContext context = ContextOf(connection, fingerprint, peer.IsPrivate);
            work.Offered = MechanismsFor(context);
            link.Sasl = Sasl.Start(mechanism, context);
            work.Step = link.Sasl is null ? null : SaslServerStep.Challenge();
        }
        else if (link.Sasl is { } exchange)
        {
            work.Step = SaslServerStep.Failed(SaslFailure.Unavailable);
            if (!await AskAsync("accounts", () => exchange.ReceiveAsync(work.Response), step => work.Step = step, connection))
            {
                link.Sasl = null;
            }
        }
    }

    private async ValueTask<IrcAccountOutcome> MakeAsync(IrcWork.MakeAccount make)
    {
        if (await _authenticator.CreateCredentialAsync(make.Password) is not { } credential)
        {
            return RefusalOf(make.Password);
        }

        make.Created = _server.UtcNow;
        return Outcome(await _accounts.CreateAsync(
            new Account { Name = make.Name, Email = make.Email, Created = make.Created, Credential = credential }));
    }

    private async ValueTask<IrcAccountOutcome> EditAsync(IrcAccountEdit edit)
    {
        switch (edit.Kind)
        {
            case IrcAccountEditKind.Delete:
                return Outcome(await _accounts.DeleteAsync(edit.Name));
            case IrcAccountEditKind.SetPassword:
                ScramCredential? credential = await _authenticator.CreateCredentialAsync(edit.Value!);
                return credential is null ? RefusalOf(edit.Value!) : Outcome(await _accounts.ChangePasswordAsync(edit.Name, credential));
            default:
                return await UpdateAsync(edit);
        }
    }

    // Somebody else may change the account in between: then it is read again.
    private async ValueTask<IrcAccountOutcome> UpdateAsync(IrcAccountEdit edit)
    {
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            if (await _accounts.FindAsync(edit.Name) is not { } account)
            {
                return IrcAccountOutcome.NotFound;
            }

            AccountChange change = await _accounts.UpdateAsync(Edited(account, edit));
            if (change != AccountChange.Conflict)
            {
                return Outcome(change);
            }
        }

        return IrcAccountOutcome.Unavailable;
    }

    private static Account Edited(Account account, IrcAccountEdit edit)
    {
        CertificateFingerprint.TryParse(edit.Value, out CertificateFingerprint? fingerprint);
        return edit.Kind switch
        {
            IrcAccountEditKind.AddCertificate => account with { Certificates = [.. account.Certificates.Where(one => one != fingerprint), fingerprint!] },
            IrcAccountEditKind.RemoveCertificate => account with { Certificates = [.. account.Certificates.Where(one => one != fingerprint)] },
            _ => account with { IsSuspended = edit.Kind == IrcAccountEditKind.Suspend },
        };
    }

    // None is made of what is no password, nor while too many wait.
    private static IrcAccountOutcome RefusalOf(string password) => ScramCredential.IsPassword(password) ? IrcAccountOutcome.Unavailable : IrcAccountOutcome.BadPassword;

    private static IrcAccountOutcome Outcome(AccountChange change) => change switch
    {
        AccountChange.Made => IrcAccountOutcome.Done,
        AccountChange.NameTaken => IrcAccountOutcome.NameTaken,
        AccountChange.CertificateTaken => IrcAccountOutcome.CertificateTaken,
        AccountChange.NotFound => IrcAccountOutcome.NotFound,
        _ => IrcAccountOutcome.Unavailable,
    };

    private async Task<TResult?> GuardAsync<TResult>(string what, Func<ValueTask<TResult>> action)
    {
        try
        {
            return await action();
        }
        catch (ProtocolException exception)
        {
            IrcServerLog.StoreFailed(_server.Log, exception, what);
            return default;
        }
    }

    // Meanwhile the session hears nothing, its own deadlines neither: who takes nothing for as long as a PING may go unanswered is closed here.
    private async ValueTask DrainAsync(IrcLink link, ConnectionContext connection)
    {
        long queued = link.QueuedBytes;
        long since = _options.TimeProvider.GetTimestamp();
        while (queued > link.User!.Peer.Class.LongReplyBytes && !link.User.IsGone && !connection.ConnectionClosed.IsCancellationRequested)
        {
            if (_options.TimeProvider.GetElapsedTime(since) > link.User.Peer.Class.PongTimeout)
            {
                link.Close("SendQ exceeded", atOnce: true);
                return;
            }

            await Task.Delay(LongReplyPause, _options.TimeProvider);
            if (link.QueuedBytes < queued)
            {
                since = _options.TimeProvider.GetTimestamp();
            }

            queued = link.QueuedBytes;
        }
    }
}
