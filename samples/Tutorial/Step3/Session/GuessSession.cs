using System.Buffers;
using System.Text;
using Ropewalk.Diagnostics;
using Ropewalk.Framing;
using Ropewalk.Sessions;
using Ropewalk.Transports;

namespace Guess.Session;

/// <summary>One game: the server has a number in mind, the client guesses it.</summary>
/// <remarks>
/// <b>Theory.</b> <c>Guessing → Won → Over</c>. While guessing, each line is a guess, and each guess has a deadline. When the number was found, the
/// application is told and asked how good that was; the game is over when it has answered.
/// </remarks>
/// <param name="number">The number to find. It is an argument, not a random number made here: the same input always gives the same game.</param>
public sealed class GuessSession(int number) : ISession<GuessWon>
{
    private const int MaxLineBytes = 80;   // a guess is at most three digits; people type spaces
    private const int MaxGuesses = 20;     // seven are enough
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly LineDecoder _lines = Frames.Lines(MaxLineBytes);
    private SessionStatus _status = SessionStatus.NeedMore;
    private GuessWon? _told;
    private int _guesses;

    public TimeSpan? NextDeadline { get; private set; }

    public SessionStatus Begin(IBufferWriter<byte> output, TimeSpan now)
    {
        Say("I have a number from 1 to 100 in mind. Guess!", output);
        NextDeadline = now + Patience;
        return _status;
    }

    public SessionStatus Receive(ref SequenceReader<byte> input, IBufferWriter<byte> output, TimeSpan now)
    {
        if (_status.Kind != SessionStatusKind.NeedMore)
        {
            return _status;
        }

        switch (_lines.Decode(ref input, out ReadOnlySequence<byte> line))
        {
            case DecodeStatus.Frame:
                NextDeadline = now + Patience;
                return OnGuess(Encoding.ASCII.GetString(line).Trim(), output);
            case DecodeStatus.Violation:
                return End($"That was a {_lines.Violation.Rule}. Bye.", ConnectionEndReason.ProtocolViolation, output);
            default:
                return _status;
        }
    }

    public SessionStatus ReceiveEnd(IBufferWriter<byte> output, TimeSpan now) => _status = SessionStatus.Closed;

    public SessionStatus OnDeadline(IBufferWriter<byte> output, TimeSpan now) => End("Too slow. Bye.", ConnectionEndReason.TimedOut, output);

    public SessionStatus RequestStop(IBufferWriter<byte> output, TimeSpan now) => End("The server stops. Bye.", ConnectionEndReason.ServerStopped, output);

    public bool TryTakeEvent(out GuessWon sessionEvent)
    {
        sessionEvent = _told!;
        _told = null;
        return sessionEvent is not null;
    }

    /// <summary>Ends a game that was won. <b>Call</b>: when <see cref="GuessWon"/> was told.</summary>
    public void Congratulate(int fewestGuesses, IBufferWriter<byte> output)
    {
        Say($"Right, after {_guesses}! The best so far needed {fewestGuesses}.", output);
        _status = SessionStatus.Closed;
    }

    private SessionStatus OnGuess(string guess, IBufferWriter<byte> output)
    {
        _guesses++;
        if (!int.TryParse(guess, out int guessed))
        {
            Say("That is no number.", output);
        }
        else if (guessed == number)
        {
            _told = new GuessWon(_guesses);
            NextDeadline = null;
            return _status = SessionStatus.Paused;
        }
        else
        {
            Say(guessed < number ? "Higher." : "Lower.", output);
        }

        return _guesses < MaxGuesses ? _status : End("Enough. Bye.", ConnectionEndReason.LimitExceeded, output);
    }

    private SessionStatus End(string words, ConnectionEndReason reason, IBufferWriter<byte> output)
    {
        Say(words, output);
        NextDeadline = null;
        return _status = SessionStatus.ClosedBy(new ConnectionEnd(reason, reason == ConnectionEndReason.ServerStopped ? ErrorSide.Local : ErrorSide.Remote));
    }

    private static void Say(string words, IBufferWriter<byte> output) => output.Write(Encoding.ASCII.GetBytes(words + "\r\n"));
}
