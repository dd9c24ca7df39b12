using System.Buffers;
using System.Text;
using Ropewalk.Sessions;

namespace Ropewalk.Testing.Tests;

/// <summary>
/// A line protocol for these tests. The server greets; NAME is answered with a hello, ASK waits for the application, UPGRADE is granted,
/// QUIT ends it, 60 s of silence end it too, and a stop is said aloud.
/// </summary>
internal sealed class GreetingSession : ISession<string>
{
    private string? _told;
    private bool _waiting;
    private SessionStatus _over = SessionStatus.NeedMore;

    public TimeSpan? NextDeadline { get; private set; }

    public bool Protected { get; private set; }

    public SessionStatus Begin(IBufferWriter<byte> output, TimeSpan now)
    {
        NextDeadline = now + TimeSpan.FromSeconds(60);
        return Say(output, "hello\r\n");
    }

    public SessionStatus Receive(ref SequenceReader<byte> input, IBufferWriter<byte> output, TimeSpan now)
    {
        if (_waiting)
        {
            return SessionStatus.Paused;
        }

        while (_over.Kind == SessionStatusKind.NeedMore && input.TryReadTo(out ReadOnlySequence<byte> line, "\r\n"u8))
        {
            NextDeadline = now + TimeSpan.FromSeconds(60);
            string[] words = Encoding.UTF8.GetString(line).Split(' ');
            switch (words[0])
            {
                case "NAME":
                    Say(output, $"hello {words[1]}\r\n");
                    break;
                case "ASK":
                    _told = words[1];
                    _waiting = true;
                    return SessionStatus.Paused;
                case "UPGRADE":
                    Say(output, "go\r\n");
                    return SessionStatus.Upgrade;
                case "QUIT":
                    Say(output, "bye\r\n");
                    _over = SessionStatus.Closed;
                    break;
                default:
                    Say(output, "what?\r\n");
                    break;
            }
        }

        return _over;
    }

    public void Answer(string answer, IBufferWriter<byte> output)
    {
        _waiting = false;
        Say(output, answer + "\r\n");
    }

    public SessionStatus ReceiveEnd(IBufferWriter<byte> output, TimeSpan now) => _over = SessionStatus.Closed;

    public SessionStatus OnDeadline(IBufferWriter<byte> output, TimeSpan now)
    {
        NextDeadline = null;
        Say(output, "too slow\r\n");
        return _over = SessionStatus.Closed;
    }

    public SessionStatus OnUpgraded(IBufferWriter<byte> output, TimeSpan now)
    {
        Protected = true;
        return SessionStatus.NeedMore;
    }

    public SessionStatus RequestStop(IBufferWriter<byte> output, TimeSpan now)
    {
        Say(output, "going down\r\n");
        return _over = SessionStatus.Closed;
    }

    public bool TryTakeEvent(out string sessionEvent)
    {
        sessionEvent = _told ?? "";
        _told = null;
        return sessionEvent.Length > 0;
    }

    private static SessionStatus Say(IBufferWriter<byte> output, string text)
    {
        output.Write(Encoding.UTF8.GetBytes(text));
        return SessionStatus.NeedMore;
    }
}
