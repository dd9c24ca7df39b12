using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Dns.Tests.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Endpoints;
using Ropewalk.Testing;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Tests.Server.Faults;

/// <summary>Asks one server, as small resolvers do: by UDP, again after a while, by TCP where the answer was cut. It believes only what answers its question.</summary>
internal sealed class StubClient : IAsyncDisposable
{
    private readonly EndpointContext _context;
    private readonly IPEndPoint _server;
    private readonly Random _random;
    private readonly Dictionary<ushort, (byte[] Query, TaskCompletionSource<byte[]> Answered)> _open = [];
    private IDatagramPort? _port;

    private StubClient(EndpointContext context, IPEndPoint server, Random random)
    {
        _context = context;
        _server = server;
        _random = random;
    }

    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2);

    public int Tries { get; set; } = 1;

    /// <summary>Gets how many datagrams came that answered nothing.</summary>
    public int Unbelieved { get; private set; }

    /// <summary>Gets how many answers were asked for again by TCP.</summary>
    public int Streams { get; private set; }

    public static async Task<StubClient> StartAsync(EndpointContext context, IPEndPoint server, int seed = 1)
    {
        var client = new StubClient(context, server, new Random(seed));
        client._port = await context.DatagramPorts.BindAsync(new IPEndPoint(server.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0), client.Receive);
        return client;
    }

    public static Task<StubClient> StartAsync(InProcessServer server) => StartAsync(server.Context, server.AddressOf(53));

    /// <summary>Asks; null if nobody has answered.</summary>
    public async Task<byte[]?> AskAsync(string name, DnsType type = DnsType.A)
    {
        for (int i = 0; i < Tries; i++)
        {
            byte[] query = Messages.Query((ushort)_random.Next(0x10000), name, type, edns: true);
            byte[]? answer = await AskOnceAsync(query);
            if (answer is not null && Messages.HeaderOf(answer).IsTruncated)
            {
                answer = await AskStreamAsync(query);
            }

            if (answer is not null)
            {
                return answer;
            }
        }

        return null;
    }

    /// <summary>Asks for the records of the answer, as text.</summary>
    public async Task<string> RecordsAsync(string name, DnsType type = DnsType.A)
    {
        byte[]? answer = await AskAsync(name, type);
        return answer is null ? "nobody" : string.Join('\n', [Messages.HeaderOf(answer).ResponseCode.Mnemonic(), .. Messages.RecordsOf(answer)]);
    }

    /// <summary>Asks by TCP; null if there was no answer in time, or the stream ended.</summary>
    public async Task<byte[]?> AskStreamAsync(byte[] query)
    {
        Streams++;
        using var patience = new CancellationTokenSource(Timeout, _context.TimeProvider);
        try
        {
            await using ConnectionContext connection = await _context.ConnectAsync(EndpointSpec.Parse($"tcp:{_server}"), patience.Token);
            await connection.Transport.Output.WriteAsync(Messages.Frame(query), patience.Token);
            while (true)
            {
                var read = await connection.Transport.Input.ReadAsync(patience.Token);
                byte[] bytes = read.Buffer.ToArray();
                if (bytes.Length >= 2 && bytes.Length >= 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes))
                {
                    return bytes[2..(2 + BinaryPrimitives.ReadUInt16BigEndian(bytes))];
                }

                connection.Transport.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                if (read.IsCompleted)
                {
                    return null;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync() => await _port!.DisposeAsync();

    private async Task<byte[]?> AskOnceAsync(byte[] query)
    {
        var answered = new TaskCompletionSource<byte[]>();
        ushort id = Messages.IdOf(query);
        lock (_open)
        {
            _open[id] = (query, answered);
        }

        _port!.TrySend(new PeerAddress(_server), query);
        try
        {
            return await answered.Task.WaitAsync(Timeout, _context.TimeProvider);
        }
        catch (TimeoutException)
        {
            return null;
        }
        finally
        {
            lock (_open)
            {
                _open.Remove(id);
            }
        }
    }

    private void Receive(ref DatagramBatch batch)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            byte[] answer = batch[i].Payload.ToArray();
            TaskCompletionSource<byte[]>? answered = null;
            lock (_open)
            {
                if (batch[i].Peer == new PeerAddress(_server) && answer.Length >= DnsLimits.HeaderBytes && _open.TryGetValue(Messages.IdOf(answer), out var open)
                    && Answers(answer, open.Query))
                {
                    answered = open.Answered;
                }
                else
                {
                    Unbelieved++;
                }
            }

            answered?.TrySetResult(answer);
        }
    }

    // The question, byte for byte, and every record whole.
    private static bool Answers(byte[] answer, byte[] query)
    {
        if (DnsMessageReader.Begin(query, out DnsMessageReader asked) != DnsViolation.None || !asked.TryReadQuestion(out _, out _)
            || DnsMessageReader.Begin(answer, out DnsMessageReader reader) != DnsViolation.None || !reader.TryReadQuestion(out _, out _)
            || !answer.AsSpan(12, reader.Position - 12).SequenceEqual(query.AsSpan(12, asked.Position - 12)))
        {
            return false;
        }

        DnsViolation violation;
        while (reader.TryReadRecord(out _, out violation))
        {
        }

        return violation == DnsViolation.None && reader.End() == DnsViolation.None;
    }
}
