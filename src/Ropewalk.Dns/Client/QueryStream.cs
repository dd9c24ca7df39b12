using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;
using Ropewalk.Endpoints;
using Ropewalk.Framing;

namespace Ropewalk.Dns.Client;

/// <summary>Is a connection to one server, on which many questions are under way at once and answers come in any order. <b>Spec</b>: RFC 7766 §6.2.1.1; RFC 7858 §3.3.</summary>
internal sealed class QueryStream
{
    private readonly Lock _turn = new();
    private readonly Dictionary<ushort, StreamTry> _waiting = [];
    private readonly List<byte[]> _outgoing = [];
    private readonly EndpointSpec _server;
    private readonly ConnectionContext _connection;
    private readonly TimeProvider _time;
    private readonly ClientTally _tally;
    private readonly QueryTurns _turns;
    private readonly TimeSpan _mostIdle;
    private readonly ITimer _idle;
    private TimeSpan _idleTimeout;
    private long _lastHeard;
    private bool _isSending;
    private bool _isLeaving;
    private bool _isOver;

    public QueryStream(EndpointSpec server, ConnectionContext connection, DnsClientOptions options, TimeProvider time, ClientTally tally)
    {
        _server = server;
        _connection = connection;
        _time = time;
        _tally = tally;
        _turns = new QueryTurns(options.MostInFlightOfStream, options.MostInFlight);
        _idleTimeout = options.StreamIdleTimeout;
        _mostIdle = options.StreamKeepaliveTimeout;
        _lastHeard = time.GetTimestamp();
        _idle = time.CreateTimer(static state => ((QueryStream)state!).CloseIfIdle(), this, _idleTimeout, Timeout.InfiniteTimeSpan);
        Ended = ReadAsync();
    }

    /// <summary>Gets the task that ends when the connection is over and gone.</summary>
    public Task Ended { get; }

    /// <summary>Gets whether questions can still be asked.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_turn)
            {
                return !_isOver && !_isLeaving;
            }
        }
    }

    /// <summary>Gets the address that it asks from; the one of no host if the connection is not of the Internet.</summary>
    public IPAddress From => (_connection.LocalEndPoint as IPEndPoint)?.Address ?? IPAddress.Any;

    /// <summary>Gets whether a question has been answered on it: a server that then closes it has only become tired of it.</summary>
    public bool HasAnswered { get; private set; }

    /// <summary>Asks a question.</summary>
    /// <param name="encode">Encodes it with a number that no other question on the connection has.</param>
    /// <param name="numbers">Where the number comes from.</param>
    /// <param name="patience">How long the answer is waited for.</param>
    /// <param name="cancellationToken">Gives up; the connection stays.</param>
    /// <returns>The answer, or null if there was none in time.</returns>
    /// <exception cref="DnsQueryException">The connection ended, or what came is no answer.</exception>
    public async Task<DnsMessage?> AskAsync(Func<ushort, SentQuery> encode, QueryNumbers numbers, TimeSpan patience, CancellationToken cancellationToken)
    {
        // As many may wait as the client lets in at all: there is always room.
        await _turns.EnterAsync(cancellationToken);
        try
        {
            return await AskInTurnAsync(encode, numbers, patience, cancellationToken);
        }
        finally
        {
            _turns.Leave();
        }
    }

    /// <summary>Ends the connection if nothing has come since: its peer may be gone without a word.</summary>
    public void CloseIfSilentSince(long timestamp)
    {
        if (Volatile.Read(ref _lastHeard) <= timestamp)
        {
            Close();
        }
    }

    /// <summary>Ends the connection; what waits fails.</summary>
    public void Close() => Close(onlyIdle: false);

    // A question that has come in the moment when the timer fires stays.
    private void CloseIfIdle() => Close(onlyIdle: true);

    private void Close(bool onlyIdle)
    {
        StreamTry[] left;
        lock (_turn)
        {
            if (_isOver || (onlyIdle && _waiting.Count > 0))
            {
                return;
            }

            _isOver = true;
            left = [.. _waiting.Values];
        }

        _idle.Dispose();
        foreach (StreamTry waiting in left)
        {
            waiting.Fail(new DnsQueryException($"{_server} has closed the connection without an answer.", DnsQueryFailure.Malformed));
        }

        _connection.Abort();
    }

    private async Task<DnsMessage?> AskInTurnAsync(Func<ushort, SentQuery> encode, QueryNumbers numbers, TimeSpan patience, CancellationToken cancellationToken)
    {
        StreamTry waiting = Begin(encode, numbers);
        try
        {
            using ITimer timer = _time.CreateTimer(static state => ((StreamTry)state!).EndPatience(), waiting, patience, Timeout.InfiniteTimeSpan);
            using CancellationTokenRegistration given = cancellationToken.UnsafeRegister(static (state, token) => ((StreamTry)state!).Cancel(token), waiting);
            return await waiting.Answered;
        }
        finally
        {
            Forget(waiting.Query);
        }
    }

    private StreamTry Begin(Func<ushort, SentQuery> encode, QueryNumbers numbers)
    {
        lock (_turn)
        {
            if (_isOver || _isLeaving)
            {
                throw new DnsQueryException($"{_server} has closed the connection without an answer.", DnsQueryFailure.Malformed);
            }

            // RFC 7766 §6.2.1: no two questions under way on a connection have the same number.
            ushort id = numbers.NextId();
            while (_waiting.ContainsKey(id))
            {
                id++;
            }

            StreamTry waiting = new(encode(id));
            // A caller's own message has its own number.
            if (!_waiting.TryAdd(waiting.Query.Id, waiting))
            {
                throw new DnsQueryException($"A question with the number {waiting.Query.Id} is under way already.", DnsQueryFailure.TooMany);
            }

            _idle.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _outgoing.Add(waiting.Query.Message);
            _tally.Add(ClientCount.Query);
            if (!_isSending)
            {
                _isSending = true;
                _ = SendAsync();
            }

            return waiting;
        }
    }

    private void Forget(SentQuery query)
    {
        bool isLast;
        lock (_turn)
        {
            _waiting.Remove(query.Id);
            // If the server does not read, it has not been sent, and need not be any more.
            _outgoing.Remove(query.Message);
            isLast = _waiting.Count == 0 && _isLeaving;
            if (_waiting.Count == 0 && !_isOver)
            {
                // RFC 7766 §6.2.3: the client closes what it does not use.
                _idle.Change(_idleTimeout, Timeout.InfiniteTimeSpan);
            }
        }

        if (isLast)
        {
            Close();
        }
    }

    // RFC 7828 §3.2.2: the server says how long the connection may be idle; at zero it wants to be left, once it has answered what it was asked.
    private void Heed(DnsMessage answer)
    {
        if (_mostIdle == TimeSpan.Zero || answer.Opt is null || !answer.Opt.TryFind(EdnsOptionCode.TcpKeepalive, out OptOption? option)
            || EdnsKeepalive.Decode(option.Value.Span, out TimeSpan? idle) != DnsViolation.None || idle is not { } allowed)
        {
            return;
        }

        lock (_turn)
        {
            _isLeaving |= allowed == TimeSpan.Zero;
            _idleTimeout = allowed < _mostIdle ? allowed : _mostIdle;
        }
    }

    // One sender at a time; what is asked meanwhile goes with its next round, so that questions share segments (RFC 7766 §8).
    private async Task SendAsync()
    {
        try
        {
            while (TryWriteOutgoing())
            {
                FlushResult flushed = await _connection.Transport.Output.FlushAsync();
                if (flushed.IsCompleted)
                {
                    Close();
                }
            }
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or OperationCanceledException)
        {
            Close();
        }
    }

    private bool TryWriteOutgoing()
    {
        lock (_turn)
        {
            if (_outgoing.Count == 0 || _isOver)
            {
                _isSending = false;
                return false;
            }

            PipeWriter output = _connection.Transport.Output;
            foreach (byte[] message in _outgoing)
            {
                // RFC 1035 §4.2.2: a length of two bytes before each message.
                BinaryPrimitives.WriteUInt16BigEndian(output.GetSpan(2), (ushort)message.Length);
                output.Advance(2);
                output.Write(message);
            }

            _outgoing.Clear();
            return true;
        }
    }

    private async Task ReadAsync()
    {
        PipeReader input = _connection.Transport.Input;
        LengthPrefixedDecoder frames = new(LengthPrefix.TwoBytes, DnsLimits.MessageBytes);
        try
        {
            bool isOver = false;
            while (!isOver)
            {
                ReadResult read = await input.ReadAsync();
                Volatile.Write(ref _lastHeard, _time.GetTimestamp());
                SequencePosition taken = TakeMessages(read.Buffer, frames);
                input.AdvanceTo(taken, read.Buffer.End);
                isOver = read.IsCompleted || read.IsCanceled;
            }
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or OperationCanceledException)
        {
            // Reset by the server, or ended here: what waits is told either way.
        }

        Close();
        await _connection.DisposeAsync();
    }

    private SequencePosition TakeMessages(in ReadOnlySequence<byte> buffer, LengthPrefixedDecoder frames)
    {
        SequenceReader<byte> reader = new(buffer);
        while (frames.Decode(ref reader, out ReadOnlySequence<byte> frame) == DecodeStatus.Frame)
        {
            if (frame.IsSingleSegment)
            {
                Take(frame.FirstSpan);
                continue;
            }

            int length = (int)frame.Length;
            byte[] whole = ArrayPool<byte>.Shared.Rent(length);
            frame.CopyTo(whole);
            Take(whole.AsSpan(0, length));
            ArrayPool<byte>.Shared.Return(whole);
        }

        return reader.Position;
    }

    private void Take(ReadOnlySpan<byte> message)
    {
        if (message.Length < DnsLimits.HeaderBytes)
        {
            _tally.Add(ClientCount.Malformed);
            return;
        }

        StreamTry? waiting;
        lock (_turn)
        {
            _waiting.TryGetValue(BinaryPrimitives.ReadUInt16BigEndian(message), out waiting);
        }

        if (waiting is null)
        {
            _tally.Add(ClientCount.Late);
            return;
        }

        AnswerVerdict verdict = waiting.Query.Judge(message, _time.GetUtcNow(), out DnsMessage? answer);
        _tally.Add(verdict);
        if (verdict == AnswerVerdict.Answer)
        {
            HasAnswered = true;
            Heed(answer!);
            waiting.TakeAnswer(answer!);
            return;
        }

        // Nobody else speaks on this connection: what does not fit now will not fit later.
        waiting.Fail(verdict == AnswerVerdict.WrongSignature
            ? NotSigned(_server, waiting.Query)
            : new DnsQueryException($"{_server} has answered with something else than what it was asked ({verdict}).", DnsQueryFailure.Malformed));
    }

    internal static DnsQueryException NotSigned(EndpointSpec server, SentQuery query) =>
        new(
            query.SignatureError == DnsResponseCode.NoError
                ? $"{server} has not signed its answer with the key, or not well."
                : $"{server} does not take the signature: {query.SignatureError.TsigMnemonic()}.",
            DnsQueryFailure.NotSigned,
            "RFC 8945 §5.3");
}
