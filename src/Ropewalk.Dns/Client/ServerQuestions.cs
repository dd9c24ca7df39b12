using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Tsig;
using Ropewalk.Endpoints;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Client;

/// <summary>Asks one server once, by datagram or on a stream, and again where the server's own words ask for that: cut answers, cookies, no EDNS.</summary>
internal sealed class ServerQuestions : IAsyncDisposable
{
    private readonly DnsClientOptions _options;
    private readonly EndpointContext _context;
    private readonly QueryNumbers _numbers;
    private readonly ClientTally _tally;
    private readonly ServerMemory _memory;
    private readonly QueryPorts _ports;
    private readonly QueryStreams _streams;

    public ServerQuestions(DnsClientOptions options, EndpointContext context, QueryNumbers numbers, ClientTally tally)
    {
        _options = options;
        _context = context;
        _numbers = numbers;
        _tally = tally;
        _memory = new ServerMemory(numbers, context.TimeProvider);
        _ports = new QueryPorts(context.DatagramPorts, numbers, tally, options.QueriesPerPort);
        _streams = new QueryStreams(context, options, tally);
    }

    /// <summary>Asks a server.</summary>
    /// <exception cref="DnsQueryException">It has not answered.</exception>
    public async Task<DnsExchange> AskAsync(EndpointSpec server, DnsQuestion question, DnsQueryOptions options, TsigKey? key, CancellationToken cancellationToken)
    {
        bool isStream = server.Scheme != "udp" || options.UsesStream;
        bool hasEdns = options.UsesEdns && !_memory.IsPlain(server);
        bool hasNewCookie = false, isTriedPlain = false;
        while (true)
        {
            long begin = _context.TimeProvider.GetTimestamp();
            EndpointSpec asked = server.Scheme == "udp" && isStream ? EndpointSpec.Tcp(server.Host, server.Port!.Value) : server;
            bool hasCookie = options.UsesCookies && hasEdns;
            QueryForm form = new(options, hasEdns, _options.MixesCase, isStream && _options.StreamKeepaliveTimeout > TimeSpan.Zero, asked.Scheme == "tls", null, key) { IsStream = isStream };
            DnsMessage answer = isStream
                ? await AskStreamAsync(asked, (stream, id) => Encode(id, question, form with { Cookie = hasCookie ? _memory.CookieOf(server, stream.From) : null }), PatienceOf(form), cancellationToken)
                : await AskDatagramAsync(server, question, form, hasCookie, cancellationToken);
            _memory.Learn(server, answer);
            if (answer.ResponseCode == DnsResponseCode.BadCookie && hasCookie && !isStream)
            {
                // RFC 7873 §5.3: with the cookie that it has just sent, and if that is not good either, by TCP.
                isStream = hasNewCookie;
                hasNewCookie = true;
            }
            else if (hasEdns && answer.Opt is null && answer.ResponseCode is DnsResponseCode.FormatError or DnsResponseCode.NotImplemented)
            {
                // RFC 6891 §7: it does not know OPT; without.
                hasEdns = false;
                isTriedPlain = true;
            }
            else if (answer.Header.IsTruncated && !isStream && !options.TakesTruncated)
            {
                // RFC 7766 §5: what was cut is asked for again by TCP.
                _tally.Add(ClientCount.Truncated);
                isStream = true;
            }
            else
            {
                if (isTriedPlain && answer.ResponseCode is not (DnsResponseCode.FormatError or DnsResponseCode.NotImplemented))
                {
                    // It was OPT then, and not the question, that it did not understand.
                    _memory.SetPlain(server);
                }

                DnsTransport transport = !isStream ? DnsTransport.Udp : asked.Scheme == "tls" ? DnsTransport.Tls : DnsTransport.Tcp;
                return new(answer, asked, transport, _context.TimeProvider.GetElapsedTime(begin), 1);
            }
        }
    }

    /// <summary>Sends a message that the caller has made, once and as it is.</summary>
    /// <exception cref="DnsQueryException">The server has not answered.</exception>
    public async Task<DnsReply> SendAsync(EndpointSpec server, DnsMessage query, DnsSendOptions options, TsigKey? key, CancellationToken cancellationToken)
    {
        TimeSpan patience = options.Timeout ?? _options.Timeout;
        bool isStream = server.Scheme != "udp" || options.UsesStream;
        EndpointSpec asked = server.Scheme == "udp" && isStream ? EndpointSpec.Tcp(server.Host, server.Port!.Value) : server;
        var sent = SentQuery.Encode(query, key, _context.TimeProvider.GetUtcNow());
        long begin = _context.TimeProvider.GetTimestamp();
        DnsMessage answer;
        if (isStream)
        {
            answer = await AskStreamAsync(asked, (_, _) => sent, patience, cancellationToken);
        }
        else if (await SendDatagramAsync(server, sent, options.From, patience, cancellationToken) is { } reply)
        {
            answer = reply;
        }
        else
        {
            _tally.Add(ClientCount.Timeout);
            throw NoReply(asked, patience);
        }

        DnsTransport transport = !isStream ? DnsTransport.Udp : asked.Scheme == "tls" ? DnsTransport.Tls : DnsTransport.Tcp;
        return new(answer, asked, transport, _context.TimeProvider.GetElapsedTime(begin), sent.Signature, sent.Violation);
    }

    public async ValueTask DisposeAsync()
    {
        await _streams.DisposeAsync();
        await _ports.DisposeAsync();
    }

    private async Task<DnsMessage> AskDatagramAsync(EndpointSpec server, DnsQuestion question, QueryForm form, bool hasCookie, CancellationToken cancellationToken)
    {
        PeerAddress address = AddressOf(server);
        QueryPort port = await RentAsync(server, address, null, cancellationToken);
        SentQuery query;
        DnsMessage? answer;
        try
        {
            query = Encode(_numbers.NextId(), question, form with { Cookie = hasCookie ? _memory.CookieOf(server, port.From) : null });
            answer = await port.AskAsync(address, query, PatienceOf(form), _context.TimeProvider, cancellationToken);
        }
        finally
        {
            _ports.Return(port);
        }

        if (answer is not null)
        {
            return answer;
        }

        _tally.Add(ClientCount.Timeout);
        if (query.HasMissedCookie)
        {
            _memory.ForgetCookie(server);
        }

        throw query.SignatureError == DnsResponseCode.NoError ? NoReply(server, PatienceOf(form)) : QueryStream.NotSigned(server, query);
    }

    private async Task<DnsMessage?> SendDatagramAsync(EndpointSpec server, SentQuery query, IPEndPoint? from, TimeSpan patience, CancellationToken cancellationToken)
    {
        PeerAddress address = AddressOf(server);
        QueryPort port = await RentAsync(server, address, from, cancellationToken);
        try
        {
            return await port.AskAsync(address, query, patience, _context.TimeProvider, cancellationToken);
        }
        finally
        {
            if (from is null)
            {
                _ports.Return(port);
            }
            else
            {
                _ports.Close(port);
            }
        }
    }

    private static PeerAddress AddressOf(EndpointSpec server) => new(server.Address ?? throw new ArgumentException($"The server {server} needs an address."), server.Port!.Value);

    private async ValueTask<QueryPort> RentAsync(EndpointSpec server, PeerAddress address, IPEndPoint? from, CancellationToken cancellationToken)
    {
        try
        {
            return from is null ? await _ports.RentAsync(address, cancellationToken) : await _ports.BindAsync(from, address, cancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException or Win32Exception or AddressInUseException)
        {
            // No port of this family, or none left: another server may be of the other one.
            throw new DnsQueryException($"{server} cannot be asked: {e.Message}", DnsQueryFailure.Unreachable, innerException: e);
        }
    }

    private async Task<DnsMessage> AskStreamAsync(EndpointSpec server, Func<QueryStream, ushort, SentQuery> encode, TimeSpan patience, CancellationToken cancellationToken)
    {
        long first = _context.TimeProvider.GetTimestamp();
        while (true)
        {
            QueryStream stream = await ConnectAsync(server, patience, cancellationToken);
            long begin = _context.TimeProvider.GetTimestamp();
            try
            {
                DnsMessage? answer = await stream.AskAsync(id => encode(stream, id), _numbers, patience, cancellationToken);
                if (answer is not null)
                {
                    return answer;
                }

                stream.CloseIfSilentSince(begin);
            }
            catch (DnsQueryException) when (stream.HasAnswered && !stream.IsOpen && _context.TimeProvider.GetElapsedTime(first) < patience)
            {
                // RFC 7766 §6.2.4: a server may close a connection at any time, and then the question is asked on another one. Only where somebody was answered on the closed one: each round is a question less.
                continue;
            }

            _tally.Add(ClientCount.Timeout);
            throw NoReply(server, patience);
        }
    }

    private async Task<QueryStream> ConnectAsync(EndpointSpec server, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(patience, _context.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await _streams.GetAsync(server, either.Token);
        }
        catch (OperationCanceledException e) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new DnsQueryException($"{server} cannot be reached within {patience}.", DnsQueryFailure.Unreachable, innerException: e);
        }
        catch (IOException e)
        {
            throw new DnsQueryException($"{server} cannot be reached: {e.Message}", DnsQueryFailure.Unreachable, innerException: e);
        }
    }

    private SentQuery Encode(ushort id, DnsQuestion question, in QueryForm form) => SentQuery.Encode(id, question, form, _numbers, _context.TimeProvider.GetUtcNow());

    private TimeSpan PatienceOf(in QueryForm form) => form.Options.Timeout ?? _options.Timeout;

    private static DnsQueryException NoReply(EndpointSpec server, TimeSpan patience) => new($"{server} has not answered within {patience}.", DnsQueryFailure.NoReply);
}
