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
/// <see cref="IrcConnectionClass.FloodAllowance"/> ahead of the time, and while they are further ahead nothing is read. Its next lines wait in its own output, and the
/// network never feels a flood (RFC 1459 §8.10).</para>
/// <para>Deadlines: until <see cref="OnRegistered"/> one for the registration as a whole; after it, silence is answered with a PING, and silence after that with the end.</para>
/// </remarks>
internal sealed class IrcServerSession : ISession<IrcServerEvent>
{
    private readonly IrcConnectionClass _class;
    private readonly byte[] _ping;
    private readonly LineDecoder _lines = new(IrcLimits.ClientTagsBytes + IrcLimits.MessageBytes - 2);
    private IrcServerEvent _told;
    private bool _tells;
    private bool _isRegistered;
    private bool _hasPinged;
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
    public TimeSpan? NextDeadline => _status.Kind == SessionStatusKind.Closed ? null : _status.Kind == SessionStatusKind.Paused ? Earlier(_paidUntil - _class.FloodAllowance, _silentUntil) : _silentUntil;

    /// <summary>Gets whether the client is registered.</summary>
    public bool IsRegistered => _isRegistered;

    /// <summary>Gets whether the conversation is over.</summary>
    public bool IsClosed => _status.Kind == SessionStatusKind.Closed;

    /// <summary>Gets what the client was too late with; empty if with nothing.</summary>
    public string TimeOutReason { get; private set; } = "";

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
        if (IsClosed || (_status.Kind == SessionStatusKind.Paused && !TryGoOn(now)))
        {
            return _status;
        }

        switch (_lines.Decode(ref input, out ReadOnlySequence<byte> line))
        {
            case DecodeStatus.Frame:
                Tell(new IrcServerEvent(IrcServerEventKind.Line, line), now);
                break;
            case DecodeStatus.Violation:
                Tell(new IrcServerEvent(IrcServerEventKind.Overlong, default), now);
                break;
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
        }

        return _status;
    }

    /// <inheritdoc/>
    public SessionStatus OnDeadline(IBufferWriter<byte> output, TimeSpan now)
    {
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
        if (_paidUntil > now + _class.FloodAllowance)
        {
            _status = SessionStatus.Paused;
        }
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
        }
    }

    private bool TryGoOn(TimeSpan now)
    {
        if (_paidUntil > now + _class.FloodAllowance)
        {
            return false;
        }

        _status = SessionStatus.NeedMore;
        return true;
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

    private SessionStatus TimeOut(IBufferWriter<byte> output, string what, TimeSpan after)
    {
        string reason = string.Create(CultureInfo.InvariantCulture, $"{what}: {after.TotalSeconds:0} seconds");
        output.Write(Encoding.ASCII.GetBytes($"ERROR :Closing link: [{reason}]\r\n"));
        _told = new IrcServerEvent(IrcServerEventKind.TimedOut, default);
        _tells = true;
        TimeOutReason = reason;
        return _status = SessionStatus.ClosedBy(new ConnectionEnd(ConnectionEndReason.TimedOut, ErrorSide.Remote, reason));
    }

    private static TimeSpan Earlier(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
