using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Client;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Tsig;
using Ropewalk.Endpoints;
using Ropewalk.Framing;

namespace Ropewalk.Dns.Client;

/// <summary>Transfers one zone on a connection of its own. <b>Spec</b>: RFC 5936 §4.1.</summary>
internal sealed class ZoneTransferConversation : IAsyncDisposable
{
    private const int QueryBytes = 2048;

    private readonly LengthPrefixedDecoder _frames = new(LengthPrefix.TwoBytes, DnsLimits.MessageBytes);
    private readonly ZoneTransferOptions _options;
    private readonly EndpointContext _context;
    private readonly EndpointSpec _server;
    private readonly ZoneTransferReceiver _receiver;
    private readonly byte[] _query;
    private readonly long _begin;
    private ConnectionContext? _connection;

    public ZoneTransferConversation(DnsQuestion question, uint? since, EndpointSpec server, ZoneTransferOptions options, TsigKey? key, ushort id, EndpointContext context, IZoneTransferSink sink)
    {
        _options = options;
        _context = context;
        _server = server.Scheme == "udp" ? EndpointSpec.Tcp(server.Host, server.Port!.Value) : server;
        _begin = context.TimeProvider.GetTimestamp();
        TsigTransaction? tsig = key is null ? null : new TsigTransaction(key);
        _query = Encode(question, since, id, tsig, context.TimeProvider.GetUtcNow());
        _receiver = new ZoneTransferReceiver(question, id, since, tsig, options, sink);
    }

    /// <summary>Gets how far it has come, or what became of it.</summary>
    public ZoneTransfer Transfer =>
        new(_receiver.Failure, _receiver.Code, _receiver.Kind, _receiver.Serial, _receiver.Records, _receiver.Messages, _receiver.Bytes, _context.TimeProvider.GetElapsedTime(_begin));

    /// <summary>Gets the words for a failure.</summary>
    public string Describe() => $"{_server} has not transferred the zone: {_receiver.Failure}{(_receiver.Code == DnsResponseCode.NoError ? "" : $" ({(_receiver.Failure == ZoneTransferFailure.NotSigned ? _receiver.Code.TsigMnemonic() : _receiver.Code.Mnemonic())})")}.";

    /// <summary>Takes what has arrived, or waits for it.</summary>
    /// <returns>False if it is over.</returns>
    public async Task<bool> ContinueAsync(CancellationToken cancellationToken)
    {
        if (_receiver.IsOver)
        {
            return false;
        }

        TimeSpan left = _options.MostDuration - _context.TimeProvider.GetElapsedTime(_begin);
        if (left <= TimeSpan.Zero)
        {
            _receiver.End(ZoneTransferFailure.TimedOut);
            return true;
        }

        using var late = new CancellationTokenSource(left < _options.IdleTimeout ? left : _options.IdleTimeout, _context.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            if (_connection is null)
            {
                await AskAsync(either.Token);
            }

            await ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            _receiver.End(ZoneTransferFailure.TimedOut);
        }
        catch (IOException)
        {
            _receiver.End(_connection is null ? ZoneTransferFailure.Unreachable : ZoneTransferFailure.Incomplete);
        }

        return true;
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is { } connection)
        {
            connection.Abort();
            await connection.DisposeAsync();
        }
    }

    private static byte[] Encode(DnsQuestion question, uint? since, ushort id, TsigTransaction? tsig, DateTimeOffset now)
    {
        byte[] place = new byte[QueryBytes];
        DnsMessageWriter writer = new(place.AsSpan(2), QueryBytes - 2);
        bool fits = writer.TryWriteQuestion(question.Name.Wire, question.Type, question.Class);
        if (since is { } serial)
        {
            // RFC 1995 §3: the SOA record that the client has, of which only the serial counts.
            byte[] rdata = new byte[22];
            BinaryPrimitives.WriteUInt32BigEndian(rdata.AsSpan(2), serial);
            writer.GoTo(DnsSection.Authority);
            fits = fits && writer.TryWriteRecord(question.Name.Wire, DnsType.SOA, question.Class, 0, rdata);
        }

        int length = writer.Finish(new DnsHeader(id, 0));
        fits = fits && (tsig is null || tsig.TrySign(place.AsSpan(2), ref length, now));
        BinaryPrimitives.WriteUInt16BigEndian(place, (ushort)length);
        return fits ? place[..(length + 2)] : throw new UnreachableException();
    }

    private async Task AskAsync(CancellationToken cancellationToken)
    {
        _connection = await new ConnectionClient(_context).ConnectAsync(QueryStreams.OfferProtocol(_server), cancellationToken);
        await _connection.Transport.Output.WriteAsync(_query, cancellationToken);
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        PipeReader input = _connection!.Transport.Input;
        ReadResult read = await input.ReadAsync(cancellationToken);
        input.AdvanceTo(TakeMessages(read.Buffer), read.Buffer.End);
        if (read.IsCompleted)
        {
            _receiver.End(ZoneTransferFailure.Incomplete);
        }
    }

    private SequencePosition TakeMessages(in ReadOnlySequence<byte> buffer)
    {
        SequenceReader<byte> reader = new(buffer);
        while (!_receiver.IsOver && _frames.Decode(ref reader, out ReadOnlySequence<byte> frame) == DecodeStatus.Frame)
        {
            if (frame.IsSingleSegment)
            {
                _receiver.Receive(frame.FirstSpan, _context.TimeProvider.GetUtcNow());
                continue;
            }

            int length = (int)frame.Length;
            byte[] whole = ArrayPool<byte>.Shared.Rent(length);
            frame.CopyTo(whole);
            _receiver.Receive(whole.AsSpan(0, length), _context.TimeProvider.GetUtcNow());
            ArrayPool<byte>.Shared.Return(whole);
        }

        return reader.Position;
    }
}
