using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Ropewalk.Dns.Server;
using Ropewalk.Dns.Session;
using Ropewalk.Testing;
using Ropewalk.Transports;

namespace Ropewalk.Dns.Tests.Server;

/// <summary>One client on one connection in memory, in virtual time.</summary>
internal sealed class StreamRun : IAsyncDisposable
{
    private readonly QuietScheduler _quiet = new();
    private readonly ConnectionContext _client;
    private readonly ConnectionContext _served;

    public StreamRun(IMessageResponder responder, ITransferSource? transfers = null, DnsStreamLimits? limits = null)
    {
        (_client, _served) = ConnectionPair.Create(_quiet);
        DnsStreamHandler handler = new(responder, transfers, limits, Time);
        Serving = handler.OnConnectedAsync(_served);
    }

    public VirtualTime Time { get; } = new(1);

    public Task Serving { get; }

    public PipeWriter Output => _client.Transport.Output;

    public ConnectionEnd End => _served.Features.Get<IConnectionEndFeature>()!.End;

    public async Task SendAsync(params byte[][] messages)
    {
        await Output.WriteAsync(Session.Messages.Frame(messages));
        await _quiet.WhenQuietAsync();
    }

    /// <summary>Reads messages until there are so many, or the stream ends.</summary>
    public async Task<List<byte[]>> ReceiveAsync(int count)
    {
        List<byte[]> messages = [];
        while (messages.Count < count)
        {
            ReadResult read = await _client.Transport.Input.ReadAsync();
            ReadOnlySequence<byte> rest = read.Buffer;
            while (messages.Count < count && TryTake(ref rest, out byte[]? message))
            {
                messages.Add(message!);
            }

            _client.Transport.Input.AdvanceTo(rest.Start, messages.Count == count ? rest.Start : rest.End);
            if (read.IsCompleted && messages.Count < count)
            {
                break;
            }
        }

        return messages;
    }

    public async Task AdvanceAsync(TimeSpan by)
    {
        await _quiet.WhenQuietAsync();
        while (Time.UntilNextTimer is { } next && next <= by)
        {
            Time.Advance(next);
            by -= next;
            await _quiet.WhenQuietAsync();
        }

        Time.Advance(by);
        await _quiet.WhenQuietAsync();
    }

    public Task WhenQuietAsync() => _quiet.WhenQuietAsync();

    /// <summary>Asks the connection to close, as a stop of the server does.</summary>
    public void RequestClose() => _served.Features.Get<IConnectionLifetimeNotificationFeature>()!.RequestClose();

    public void Reset() => _client.Abort(new ConnectionAbortedException("reset"));

    public async ValueTask DisposeAsync()
    {
        _client.Abort(new ConnectionAbortedException("over"));
        await _client.DisposeAsync();
        await Serving;
        await _served.DisposeAsync();
    }

    private static bool TryTake(ref ReadOnlySequence<byte> rest, out byte[]? message)
    {
        message = null;
        Span<byte> prefix = stackalloc byte[2];
        if (rest.Length < 2)
        {
            return false;
        }

        rest.Slice(0, 2).CopyTo(prefix);
        int length = BinaryPrimitives.ReadUInt16BigEndian(prefix);
        if (rest.Length < 2 + length)
        {
            return false;
        }

        message = rest.Slice(2, length).ToArray();
        rest = rest.Slice(2 + length);
        return true;
    }
}
