using System.Buffers;
using System.Globalization;
using System.Text;
using Ropewalk.Chat.Irc.Network;
using Ropewalk.Chat.Irc.Wire;
using Ropewalk.Diagnostics;
using Ropewalk.Framing;
using Ropewalk.Sessions;
using Ropewalk.Transports;

namespace Ropewalk.Chat.Irc.Session;

/// <summary>The server's side of one connection: it cuts lines, keeps the pace and the deadlines. What a line means is the network's.</summary>
/// <remarks>
/// <para><b>Theory.</b> Each line is told, and the session goes on when it was handled. Handling says what the line costs (<see cref="Charge"/>): a client's penalties may be
/// <see cref="IrcConnectionClass.FloodAllowance"/> ahead of the time, and while they are further ahead its next lines wait here, and the network
/// never feels a flood (RFC 1459 §8.10). They are read all the same, because nothing else tells that a client has gone: then they are dropped. Who has more waiting than
/// anybody types is ended.</para>
/// <para>Deadlines: until <see cref="OnRegistered"/> one for the registration as a whole; after it, silence is answered with a PING, and silence after that with the end.</para>
/// </remarks>
internal sealed class IrcServerSession : ISession<IrcServerEvent>
{
    // Four times InspIRCd's recvq of 8 KiB: some hundred lines, which take minutes at the pace of one a second.
    private const int MostWaitingBytes = 32 * 1024;

    private readonly IrcConnectionClass _class;
    private readonly byte[] _ping;
    private readonly LineDecoder _lines = new(IrcLimits.ClientTagsBytes + IrcLimits.MessageBytes - 2);
    private IrcBacklog? _backlog;
    private IrcServerEvent _told;
    private bool _tells;
    private bool _isRegistered;
    private bool _hasPinged;
    private bool _isThrottled;
    private TimeSpan _silentUntil;
    private TimeSpan _paidUntil;
    private SessionStatus _status = SessionStatus.NeedMore;

    /// <summary>Creates the session.</summary>
    /// <param name="connectionClass">What the connection may do.</param>
    /// <param name="ping">The PING that silence is answered with, its break included.</param>
    public IrcServerSession(IrcConnectionClass connectionClass, byte[] ping)
    {
        _class = connectionClass;
        _ping = ping;
    }

    /// <inheritdoc/>
    public TimeSpan? NextDeadline => _status.Kind == SessionStatusKind.Closed ? null : _isThrottled ? Earlier(_paidUntil - _class.FloodAllowance, _silentUntil) : _silentUntil;

    /// <summary>Gets whether the client is registered.</summary>
    public bool IsRegistered => _isRegistered;

    /// <summary>Gets whether the conversation is over.</summary>
    public bool IsClosed => _status.Kind == SessionStatusKind.Closed;

    /// <summary>Gets why the session has ended the conversation by itself; empty if it has not.</summary>
    public string EndReason { get; private set; } = "";

    /// <inheritdoc/>
    public SessionStatus Begin(IBufferWriter<byte> output, TimeSpan now)
    {
        _silentUntil = now + _class.RegistrationTimeout;
        _paidUntil = now;
        return _status;
    }

    /// <inheritdoc/>
    public SessionStatus Receive(ref SequenceReader<byte> input, IBufferWriter<byte> output, TimeSpan now)
    {
        if (IsClosed)
        {
            return _status;
        }

        _isThrottled = _isThrottled && !MayGoOn(now);
        if (!_isThrottled && _backlog is null)
        {
            Decode(ref input, now);
            return _status;
        }

        (_backlog ??= new IrcBacklog()).Add(ref input);
        if (!_isThrottled)
        {
            DecodeBacklog(_backlog, now);
        }
        else if (_backlog.Length > MostWaitingBytes)
        {
            return EndBy(output, IrcServerEventKind.Flooded, "Excess flood", ConnectionEndReason.LimitExceeded);
        }

        return _status;
    }

    /// <inheritdoc/>
    public SessionStatus ReceiveEnd(IBufferWriter<byte> output, TimeSpan now)
    {
        // Half a line is none. A client that has ended its output is gone: nobody is left to chat.
        if (!IsClosed)
        {
            _status = SessionStatus.Closed;
            _backlog = null;
        }

        return _status;
    }

    /// <inheritdoc/>
    public SessionStatus OnDeadline(IBufferWriter<byte> output, TimeSpan now)
    {
        _isThrottled = _isThrottled && !MayGoOn(now);
        if (now < _silentUntil || IsClosed)
        {
            return _status;
        }

        if (!_isRegistered)
        {
            return TimeOut(output, "Registration timeout", _class.RegistrationTimeout);
        }

        if (_hasPinged)
        {
            return TimeOut(output, "Ping timeout", _class.PingInterval + _class.PongTimeout);
        }

        output.Write(_ping);
        _hasPinged = true;
        _silentUntil = now + _class.PongTimeout;
        return _status;
    }

    /// <inheritdoc/>
    public SessionStatus RequestStop(IBufferWriter<byte> output, TimeSpan now)
    {
        if (!IsClosed)
        {
            output.Write("ERROR :Closing link: [The server is stopping]\r\n"u8);
            _status = SessionStatus.ClosedBy(new ConnectionEnd(ConnectionEndReason.ServerStopped, ErrorSide.Local, "The server is stopping"));
        }

        return _status;
    }

    /// <inheritdoc/>
    public bool TryTakeEvent(out IrcServerEvent sessionEvent)
    {
        sessionEvent = _told;
        _told = default;
        bool tells = _tells;
        _tells = false;
        return tells;
    }

    /// <summary>Says what the line that was told last costs.</summary>
    public void Charge(TimeSpan penalty, TimeSpan now)
    {
        if (_class.FloodAllowance == TimeSpan.Zero || IsClosed)
        {
            return;
        }

        _paidUntil = (_paidUntil > now ? _paidUntil : now) + penalty;
        _isThrottled = !MayGoOn(now);
    }

    /// <summary>Says that the client is registered.</summary>
    public void OnRegistered(TimeSpan now)
    {
        if (!_isRegistered)
        {
            _isRegistered = true;
            _silentUntil = now + _class.PingInterval;
        }
    }

    /// <summary>Ends the conversation: the last words are on their way.</summary>
    public void End(string reason)
    {
        if (!IsClosed)
        {
            _status = SessionStatus.ClosedBy(new ConnectionEnd(ConnectionEndReason.Completed, ErrorSide.Local, reason));
            _backlog = null;
        }
    }

    private bool MayGoOn(TimeSpan now) => _paidUntil <= now + _class.FloodAllowance;

    private void Decode(ref SequenceReader<byte> input, TimeSpan now)
    {
        switch (_lines.Decode(ref input, out ReadOnlySequence<byte> line))
        {
            case DecodeStatus.Frame:
                Tell(new IrcServerEvent(IrcServerEventKind.Line, line), now);
                break;
            case DecodeStatus.Violation:
                Tell(new IrcServerEvent(IrcServerEventKind.Overlong, default), now);
                break;
        }
    }

    // What is left is the beginning of a line, and waits here for its end: the decoder has looked at it.
    private void DecodeBacklog(IrcBacklog backlog, TimeSpan now)
    {
        var reader = new SequenceReader<byte>(backlog.Content);
        Decode(ref reader, now);
        backlog.Remove((int)reader.Consumed);
        if (backlog.Length == 0)
        {
            _backlog = null;
        }
    }

    private void Tell(in IrcServerEvent told, TimeSpan now)
    {
        _told = told;
        _tells = true;
        if (_isRegistered)
        {
            _silentUntil = now + _class.PingInterval;
            _hasPinged = false;
        }
    }

    private SessionStatus TimeOut(IBufferWriter<byte> output, string what, TimeSpan after) =>
        EndBy(output, IrcServerEventKind.TimedOut, string.Create(CultureInfo.InvariantCulture, $"{what}: {after.TotalSeconds:0} seconds"), ConnectionEndReason.TimedOut);

    private SessionStatus EndBy(IBufferWriter<byte> output, IrcServerEventKind kind, string reason, ConnectionEndReason end)
    {
        output.Write(Encoding.ASCII.GetBytes($"ERROR :Closing link: [{reason}]\r\n"));
        _told = new IrcServerEvent(kind, default);
        _tells = true;
        _backlog = null;
        EndReason = reason;
        return _status = SessionStatus.ClosedBy(new ConnectionEnd(end, ErrorSide.Remote, reason));
    }

    private static TimeSpan Earlier(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
