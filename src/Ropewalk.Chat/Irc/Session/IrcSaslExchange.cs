using System.Text;
using Ropewalk.Chat.Irc.Wire;
using Ropewalk.Security.Sasl;

namespace Ropewalk.Chat.Irc.Session;

/// <summary>Carries a login: cuts and joins its messages, and goes to the next mechanism where one is refused. What they say is the mechanism's.</summary>
/// <remarks><b>Shape</b>: <c>AUTHENTICATE mechanism</c>, then base 64 in pieces of at most 400 bytes; a piece that is shorter, or <c>+</c>, is the last. <b>Spec</b>: IRCv3 SASL 3.1 and 3.2.</remarks>
internal sealed class IrcSaslExchange(IReadOnlyList<string> mechanisms, int mostBytes, IrcOutbox outbox)
{
    private readonly List<string> _left = [.. mechanisms];
    private readonly StringBuilder _challenge = new();
    private string? _mechanism;
    private bool _isFirst;
    private bool _awaitsAnswer;

    public bool IsWanted => mechanisms.Count > 0;

    public bool IsUnderWay => _mechanism is not null;

    public bool HasSucceeded { get; private set; }

    /// <summary>Gets whether the server has said that a login succeeded which had to prove something first.</summary>
    public bool IsUnproven { get; private set; }

    public IrcRequestFailure? Failure { get; private set; }

    /// <summary>Begins with the first mechanism that the server offers; false if there is none.</summary>
    public bool TryBegin(string offered)
    {
        string[] names = offered.Split(',', StringSplitOptions.RemoveEmptyEntries);
        _left.RemoveAll(mechanism => names.Length > 0 && !names.Contains(mechanism, StringComparer.OrdinalIgnoreCase));
        if (_left.Count == 0)
        {
            return false;
        }

        _mechanism = _left[0];
        _left.RemoveAt(0);
        _isFirst = true;
        _awaitsAnswer = false;
        _challenge.Clear();
        outbox.Say(new IrcMessage("AUTHENTICATE", _mechanism));
        return true;
    }

    /// <summary>Takes a message if it belongs to a login; false if it is somebody else's.</summary>
    public bool Take(IrcMessage message, out Outcome outcome)
    {
        outcome = default;
        if (message.Command == "AUTHENTICATE")
        {
            IrcClientEvent? challenge = TakePiece(message[0]);
            outcome = new Outcome(challenge, false);
            return true;
        }

        switch (message.Numeric)
        {
            // RFC 5802 §3: the client checks the server's signature, and without a challenge there is none. Nothing else is tried: whoever this is would be told the password next.
            case IrcNumeric.RplSaslSuccess or IrcNumeric.ErrSaslAlready when IsUnderWay && _isFirst && _mechanism == SaslMechanism.ScramSha256:
                IsUnproven = true;
                Failure = new IrcRequestFailure(IrcRequestFailureKind.ConnectionEnded, "The server did not prove that it knows the account.", message.Numeric, Reply: message);
                _mechanism = null;
                _left.Clear();
                outcome = new Outcome(null, true);
                return true;
            case IrcNumeric.RplSaslSuccess or IrcNumeric.ErrSaslAlready when IsUnderWay:
                HasSucceeded = true;
                _mechanism = null;
                outcome = new Outcome(new IrcNumericEvent(message.Numeric, message.Last) { Message = message }, true);
                return true;
            case IrcNumeric.RplSaslMechs when IsUnderWay:
                string[] known = message[1].Split(',');
                _left.RemoveAll(mechanism => !known.Contains(mechanism, StringComparer.OrdinalIgnoreCase));
                outcome = new Outcome(new IrcNumericEvent(message.Numeric, message.Last) { Message = message }, false);
                return true;
            case IrcNumeric.ErrNickLocked or IrcNumeric.ErrSaslFail or IrcNumeric.ErrSaslTooLong or IrcNumeric.ErrSaslAborted when IsUnderWay:
                Failure = new IrcRequestFailure(IrcRequestFailureKind.Refused, message.Last, message.Numeric, Reply: message);
                _mechanism = null;
                outcome = new Outcome(new IrcNumericEvent(message.Numeric, message.Last) { Message = message }, !TryBegin(""));
                return true;
            default:
                return false;
        }
    }

    /// <summary>Sends the answer to a challenge; null gives the mechanism up.</summary>
    public void Answer(ReadOnlyMemory<byte>? answer)
    {
        if (!IsUnderWay || !_awaitsAnswer)
        {
            return;
        }

        _awaitsAnswer = false;
        if (answer is not { } bytes)
        {
            outbox.Say(new IrcMessage("AUTHENTICATE", "*"));
            return;
        }

        string text = Convert.ToBase64String(bytes.Span);
        for (int at = 0; at < text.Length; at += IrcLimits.AuthenticateBytes)
        {
            outbox.Say(new IrcMessage("AUTHENTICATE", text.Substring(at, Math.Min(IrcLimits.AuthenticateBytes, text.Length - at))));
        }

        if (text.Length % IrcLimits.AuthenticateBytes == 0)
        {
            outbox.Say(new IrcMessage("AUTHENTICATE", "+"));
        }
    }

    private IrcChallengeEvent? TakePiece(string piece)
    {
        if (!IsUnderWay || _awaitsAnswer)
        {
            return null;
        }

        _challenge.Append(piece == "+" ? "" : piece);
        bool isLast = piece.Length != IrcLimits.AuthenticateBytes;
        if (_challenge.Length <= mostBytes && !isLast)
        {
            return null;
        }

        byte[] challenge = new byte[_challenge.Length];
        bool isWell = _challenge.Length <= mostBytes && Convert.TryFromBase64String(_challenge.ToString(), challenge, out int length) && Resize(ref challenge, length);
        _challenge.Clear();
        _awaitsAnswer = true;
        if (!isWell)
        {
            Answer(null);
            return null;
        }

        var told = new IrcChallengeEvent(_mechanism!, challenge, _isFirst);
        _isFirst = false;
        return told;
    }

    private static bool Resize(ref byte[] bytes, int length)
    {
        Array.Resize(ref bytes, length);
        return true;
    }

    internal readonly record struct Outcome(IrcClientEvent? Told, bool IsOver);
}
