using System.Net;
using System.Runtime.CompilerServices;
using Ropewalk.Client;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Dns.Wire.Tsig;
using Ropewalk.Dns.Zones;
using Ropewalk.Endpoints;

namespace Ropewalk.Dns.Client;

/// <summary>Asks DNS servers: by datagrams, on connections, on connections under TLS.</summary>
/// <remarks>
/// <b>Theory.</b> What a server says is a value, be it that the name does not exist or that the server failed; thrown is only that nobody has said anything (<see cref="DnsQueryException"/>). Servers are asked one
/// after the other, as resolv.conf has it; who fails, refuses or is silent is followed by the next. <b>Call</b>: from any thread, many questions at once. <b>Lifetime</b>: disposing ends what is under way.
/// </remarks>
public sealed class DnsClient : IAsyncDisposable
{
    private readonly DnsClientOptions _options;
    private readonly ClientTally _tally = new();
    private readonly QueryNumbers _numbers;
    private readonly QueryTurns _turns;
    private readonly ServerQuestions _questions;
    private readonly CancellationTokenSource _over = new();
    private int _rotation = -1;
    private bool _isDisposed;

    /// <summary>Makes a client.</summary>
    /// <param name="options">What it is set to; null for the defaults. Later changes of the object have no effect.</param>
    /// <param name="context">Transports, clock and names of servers; null for the system's.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is wrong; all that are, are told.</exception>
    public DnsClient(DnsClientOptions? options = null, EndpointContext? context = null)
    {
        _options = (options ?? new DnsClientOptions()).Freeze();
        Context = context ?? new EndpointContext();
        _numbers = new QueryNumbers(_options.Random);
        _turns = new QueryTurns(_options.MostInFlight, _options.MostWaiting);
        _questions = new ServerQuestions(_options, Context, _numbers, _tally);
    }

    /// <summary>Gets how many questions are under way.</summary>
    public int InFlight => _turns.Taken;

    internal EndpointContext Context { get; }

    internal DnsClientOptions Options => _options;

    internal QueryNumbers Numbers => _numbers;

    /// <summary>Reads the counters. <b>Call</b>: from any thread.</summary>
    public DnsClientCounters ReadCounters() => _tally.Read();

    /// <summary>Finds one of <see cref="DnsClientOptions.Keys"/>.</summary>
    /// <exception cref="ArgumentException">There is none with this name.</exception>
    public TsigKey FindKey(DomainName name) =>
        _options.Keys.FirstOrDefault(key => key.Name == name) ?? throw new ArgumentException($"The client has no key {name}.", nameof(name));

    /// <summary>Asks a question.</summary>
    /// <returns>What the first server said that did not fail or refuse; if all did, what the last one said.</returns>
    /// <exception cref="DnsQueryException">No server has said anything.</exception>
    /// <exception cref="ArgumentException">An option is out of its bounds, or there is no key with the name.</exception>
    public async Task<DnsMessage> QueryAsync(DomainName name, DnsType type, DnsQueryOptions? options = null, CancellationToken cancellationToken = default)
    {
        await CallerContext.Detach();
        return (await ExchangeAsync(name, type, options, cancellationToken)).Answer;
    }

    /// <summary>Asks a question, and tells who answered and how.</summary>
    /// <inheritdoc cref="QueryAsync"/>
    public async Task<DnsExchange> ExchangeAsync(DomainName name, DnsType type, DnsQueryOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        await CallerContext.Detach();
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        options ??= _options.Queries;
        if (!ReferenceEquals(options, _options.Queries) && options.Validate() is { Count: > 0 } wrong)
        {
            throw new ArgumentException(string.Join(' ', wrong), nameof(options));
        }

        TsigKey? key = options.Key is null ? null : FindKey(options.Key);
        return await InTurnAsync(end => AskAllAsync(new DnsQuestion(name, type, options.Class), options, key, end), cancellationToken);
    }

    /// <summary>Sends a message that the caller has made to one server, once and as it is, and gives what comes back, be it cut, malformed or wrongly signed: for tools that look at servers. What asks for an answer to act on calls <see cref="ExchangeAsync"/>.</summary>
    /// <param name="query">The message. Its number, and its question if it has one, are what an answer is known by; a drawn number is the caller's business.</param>
    /// <param name="server">Who is asked.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DnsQueryException">The server has not said anything.</exception>
    /// <exception cref="ArgumentException">The server has no address, an option is out of its bounds, or there is no key with the name.</exception>
    public async Task<DnsReply> SendAsync(DnsMessage query, EndpointSpec server, DnsSendOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(server);
        await CallerContext.Detach();
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        options ??= DnsSendOptions.Default;
        if (new DnsQueryOptions { Server = server, Timeout = options.Timeout }.Validate() is { Count: > 0 } wrong)
        {
            throw new ArgumentException(string.Join(' ', wrong), nameof(options));
        }

        TsigKey? key = options.Key is null ? null : FindKey(options.Key);
        return await InTurnAsync(end => _questions.SendAsync(server, query, options, key, end), cancellationToken);
    }

    /// <summary>Resolves the records of one type that a name has, and follows its aliases.</summary>
    /// <typeparam name="TRecord">The type, as <see cref="ARecord"/>.</typeparam>
    /// <exception cref="DnsQueryException">No server has said anything.</exception>
    public async Task<DnsAnswer<TRecord>> ResolveAsync<TRecord>(DomainName name, DnsQueryOptions? options = null, CancellationToken cancellationToken = default)
        where TRecord : Rdata
    {
        ArgumentNullException.ThrowIfNull(name);
        await CallerContext.Detach();
        AliasWalk<TRecord> walk = new(name, _options.MostAliases);
        while (true)
        {
            DnsMessage answer = await QueryAsync(walk.Name, RecordTypeOf<TRecord>.Type, options, cancellationToken);
            if (walk.Take(answer) is { } found)
            {
                return found;
            }
        }
    }

    /// <summary>Resolves the records of one type of a name as people write it: one without a dot at its end is tried with the suffixes of <see cref="DnsClientOptions.Search"/> too.</summary>
    /// <inheritdoc cref="ResolveAsync{TRecord}(DomainName, DnsQueryOptions?, CancellationToken)"/>
    /// <exception cref="FormatException">It is no name.</exception>
    public async Task<DnsAnswer<TRecord>> ResolveAsync<TRecord>(string name, DnsQueryOptions? options = null, CancellationToken cancellationToken = default)
        where TRecord : Rdata
    {
        await CallerContext.Detach();
        DnsAnswer<TRecord>? told = null;
        foreach (DomainName candidate in SearchOrder.Of(name, _options.Search, _options.Ndots))
        {
            DnsAnswer<TRecord> answer = await ResolveAsync<TRecord>(candidate, options, cancellationToken);
            if (answer.Outcome == DnsOutcome.Found)
            {
                return answer;
            }

            // That a name has other records says more than that it failed, and that more than that it does not exist.
            told = told is null || answer.Outcome < told.Outcome ? answer : told;
        }

        return told!;
    }

    /// <summary>Resolves the addresses of a host, of both families at once: first what a hosts file says, then A and AAAA with the search list. <c>localhost</c> is this machine, and is asked of nobody. <b>Spec</b>: RFC 6761 §6.3.</summary>
    /// <param name="host">A name, or an address, which is given back.</param>
    /// <param name="hosts">The hosts file; null for none.</param>
    /// <param name="options">How it is asked; null for <see cref="DnsClientOptions.Queries"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DnsQueryException">No server has said anything to either question.</exception>
    public async Task<DnsAddresses> ResolveAddressesAsync(string host, HostsFile? hosts = null, DnsQueryOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(host);
        await CallerContext.Detach();
        if (IPAddress.TryParse(host, out IPAddress? literal))
        {
            return new(DnsOutcome.Found, [literal], null);
        }

        if (HostsFile.FindLocal(hosts, host) is { Count: > 0 } listed)
        {
            return new(DnsOutcome.Found, [.. listed], null);
        }

        Task<DnsAnswer<AaaaRecord>> v6 = ResolveAsync<AaaaRecord>(host, options, cancellationToken);
        Task<DnsAnswer<ARecord>> v4 = ResolveAsync<ARecord>(host, options, cancellationToken);
        await ((Task)Task.WhenAll(v6, v4)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        DnsAnswer<AaaaRecord>? told6 = v6.IsCompletedSuccessfully || !v4.IsCompletedSuccessfully ? await v6 : null;
        DnsAnswer<ARecord>? told4 = v4.IsCompletedSuccessfully ? await v4 : null;
        return DnsAddresses.Of(told6, told4);
    }

    /// <summary>Resolves the names of an address. <b>Spec</b>: RFC 1035 §3.5; RFC 3596 §2.5.</summary>
    /// <exception cref="DnsQueryException">No server has said anything.</exception>
    public Task<DnsAnswer<PtrRecord>> ResolveNamesAsync(IPAddress address, DnsQueryOptions? options = null, CancellationToken cancellationToken = default) =>
        ResolveAsync<PtrRecord>(ReverseName.Of(address), options, cancellationToken);

    /// <summary>Resolves who offers a service, in the order in which they are to be tried. <b>Spec</b>: RFC 2782.</summary>
    /// <param name="service">The service's name without its underscore, as <c>xmpp-client</c>.</param>
    /// <param name="protocol">The transport without its underscore, as <c>tcp</c>.</param>
    /// <param name="domain">The domain whose service it is.</param>
    /// <param name="options">How it is asked; null for <see cref="DnsClientOptions.Queries"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DnsQueryException">No server has said anything.</exception>
    public async Task<DnsServices> ResolveServicesAsync(string service, string protocol, DomainName domain, DnsQueryOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(domain);
        await CallerContext.Detach();
        DomainName name = DomainName.Parse($"_{service}._{protocol}.{domain}");
        DnsAnswer<SrvRecord> answer = await ResolveAsync<SrvRecord>(name, options, cancellationToken);
        return DnsServices.Of(answer, _numbers);
    }

    /// <summary>Transfers a zone whole, as a stream of its records; the SOA record is the first, and does not come again at the end.</summary>
    /// <param name="zone">The zone's name.</param>
    /// <param name="server">Who has it; of a <c>udp:</c> endpoint, by TCP.</param>
    /// <param name="options">Class, key and bounds; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <remarks>The records are worth something only if the stream ends well: the last message may be the one whose signature is not good. <b>Spec</b>: RFC 5936.</remarks>
    /// <exception cref="ZoneTransferException">The server refuses, or what it sends is not the zone.</exception>
    public async IAsyncEnumerable<ResourceRecord> TransferAsync(
        DomainName zone, EndpointSpec server, ZoneTransferOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (ZoneChange change in TransferAsync(new DnsQuestion(zone, DnsType.AXFR), null, server, options, cancellationToken))
        {
            yield return change.Record;
        }
    }

    /// <summary>Transfers what has changed in a zone since a serial; nothing if nothing has, and the whole zone if the server does not have the differences. <b>Spec</b>: RFC 1995 §4.</summary>
    /// <param name="zone">The zone's name.</param>
    /// <param name="since">The serial of what the caller has.</param>
    /// <param name="server">Who has it; of a <c>udp:</c> endpoint, by TCP.</param>
    /// <param name="options">Class, key and bounds; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ZoneTransferException">The server refuses, or what it sends does not fit together.</exception>
    public IAsyncEnumerable<ZoneChange> TransferChangesAsync(
        DomainName zone, uint since, EndpointSpec server, ZoneTransferOptions? options = null, CancellationToken cancellationToken = default) =>
        TransferAsync(new DnsQuestion(zone, DnsType.IXFR), since, server, options, cancellationToken);

    /// <summary>Transfers what has changed in a zone since a serial, and gives it change by change. What went wrong is told as a value; what was given is then to be thrown away.</summary>
    /// <param name="zone">The zone's name.</param>
    /// <param name="since">The serial of what the caller has.</param>
    /// <param name="server">Who has it; of a <c>udp:</c> endpoint, by TCP.</param>
    /// <param name="take">Is given each change.</param>
    /// <param name="options">Class, key and bounds; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ZoneTransfer> TransferChangesAsync(
        DomainName zone, uint since, EndpointSpec server, Action<ZoneChange> take, ZoneTransferOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(take);
        await CallerContext.Detach();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _over.Token);
        ZoneChangeQueue changes = new();
        await using ZoneTransferConversation conversation = Converse(new DnsQuestion(zone, DnsType.IXFR), since, server, options, changes);
        while (await conversation.ContinueAsync(either.Token))
        {
            while (changes.TryTake(out ZoneChange? change))
            {
                take(change);
            }
        }

        return conversation.Transfer;
    }

    /// <summary>Transfers a zone whole into a sink. What went wrong is told as a value; the sink's content is then to be thrown away.</summary>
    /// <inheritdoc cref="TransferAsync(DomainName, EndpointSpec, ZoneTransferOptions?, CancellationToken)"/>
    public async Task<ZoneTransfer> TransferAsync(
        DomainName zone, EndpointSpec server, IRecordSink records, ZoneTransferOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(records);
        await CallerContext.Detach();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _over.Token);
        await using ZoneTransferConversation conversation = Converse(new DnsQuestion(zone, DnsType.AXFR), null, server, options, new RecordSinkTransfer(records));
        while (await conversation.ContinueAsync(either.Token))
        {
            // each round takes what has arrived
        }

        return conversation.Transfer;
    }

    /// <summary>Ends what is under way: it throws <see cref="OperationCanceledException"/>. When this completes, no port and no connection is left but those of transfers, which go with their tasks.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }

        await CallerContext.Detach();
        _over.Cancel();
        // Ports and connections come back when their questions have ended.
        await _turns.WhenEmptyAsync();
        await _questions.DisposeAsync();
    }

    private async IAsyncEnumerable<ZoneChange> TransferAsync(
        DnsQuestion question, uint? since, EndpointSpec server, ZoneTransferOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await CallerContext.Detach();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _over.Token);
        ZoneChangeQueue changes = new();
        await using ZoneTransferConversation conversation = Converse(question, since, server, options, changes);
        while (await conversation.ContinueAsync(either.Token))
        {
            while (changes.TryTake(out ZoneChange? change))
            {
                yield return change;
                await CallerContext.Detach();
            }
        }

        if (!conversation.Transfer.IsComplete)
        {
            throw new ZoneTransferException(conversation.Describe(), conversation.Transfer);
        }
    }

    private ZoneTransferConversation Converse(DnsQuestion question, uint? since, EndpointSpec server, ZoneTransferOptions? options, IZoneTransferSink sink)
    {
        ArgumentNullException.ThrowIfNull(question.Name);
        ArgumentNullException.ThrowIfNull(server);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        options ??= ZoneTransferOptions.Default;
        TsigKey? key = options.Key is null ? null : FindKey(options.Key);
        return new(question with { Class = options.Class }, since, server, options, key, _numbers.NextId(), Context, sink);
    }

    private async Task<TAnswer> InTurnAsync<TAnswer>(Func<CancellationToken, Task<TAnswer>> ask, CancellationToken cancellationToken)
    {
        using CancellationTokenSource? either = cancellationToken.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _over.Token) : null;
        CancellationToken end = either?.Token ?? _over.Token;
        try
        {
            if (!await _turns.EnterAsync(end))
            {
                throw new DnsQueryException($"{_options.MostInFlight} questions are under way, and {_options.MostWaiting} wait.", DnsQueryFailure.TooMany);
            }

            try
            {
                return await ask(end);
            }
            finally
            {
                _turns.Leave();
            }
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested && e.CancellationToken != cancellationToken)
        {
            // Whoever compares finds the token that was given.
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
    }

    private async Task<DnsExchange> AskAllAsync(DnsQuestion question, DnsQueryOptions options, TsigKey? key, CancellationToken cancellationToken)
    {
        List<EndpointSpec> servers = options.Server is { } only ? [only] : OrderServers();
        DnsExchange? told = null;
        DnsQueryException? failed = null;
        int tries = 0;
        for (int attempt = options.Attempts ?? _options.Attempts; attempt > 0 && servers.Count > 0; attempt--)
        {
            foreach (EndpointSpec server in servers.ToArray())
            {
                tries++;
                try
                {
                    DnsExchange exchange = await _questions.AskAsync(server, question, options, key, cancellationToken) with { Tries = tries };
                    if (options.TakesServerFailure || !IsFailure(exchange.Answer.ResponseCode))
                    {
                        return exchange;
                    }

                    // It has answered, and would say the same again; the others may know more.
                    told = exchange;
                    servers.Remove(server);
                }
                catch (DnsQueryException e)
                {
                    failed = e;
                }
            }
        }

        return told ?? throw failed!;
    }

    private List<EndpointSpec> OrderServers()
    {
        int first = _options.Rotates ? (int)((uint)Interlocked.Increment(ref _rotation) % (uint)_options.Servers.Count) : 0;
        return [.. _options.Servers.Skip(first), .. _options.Servers.Take(first)];
    }

    private static bool IsFailure(DnsResponseCode code) =>
        code is DnsResponseCode.ServerFailure or DnsResponseCode.Refused or DnsResponseCode.NotImplemented or DnsResponseCode.FormatError;
}
