using System.Globalization;
using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Session;

/// <summary>Finds a nickname that is free, and takes the wanted one back when it becomes so.</summary>
internal sealed class IrcNickKeeper(IrcClientSettings settings, IrcOutbox outbox)
{
    // How often a server without MONITOR is asked: ISON costs a line.
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(60);

    private const int MostAttempts = 20;

    private int _attempts;
    private bool _isWatched;
    private bool _isTaking;
    private bool _isHeld;

    /// <summary>Gets the nickname that is wanted.</summary>
    public string Wanted { get; private set; } = settings.Nick;

    /// <summary>Gets when the server is to be asked for the wanted nickname; null if not.</summary>
    public TimeSpan? NextAt { get; private set; }

    /// <summary>Wants another nickname from now on.</summary>
    public void Want(string nick)
    {
        if (_isWatched)
        {
            outbox.TryAdd(new IrcMessage("MONITOR", "-", Wanted));
        }

        _isWatched = false;
        _isTaking = false;
        _isHeld = false;
        Wanted = nick;
    }

    /// <summary>Gets the next nickname to try after one was refused; null if there is no hope.</summary>
    public string? Next(IrcServerFeatures features)
    {
        int attempt = _attempts++;
        if (attempt < settings.AlternativeNicks.Count)
        {
            return settings.AlternativeNicks[attempt];
        }

        attempt -= settings.AlternativeNicks.Count;
        if (attempt >= MostAttempts)
        {
            return null;
        }

        string tail = attempt < 3 ? new string('_', attempt + 1) : (attempt - 2).ToString(CultureInfo.InvariantCulture);
        // NICKLEN is mostly not known yet: a name that is too long comes back shortened, or refused.
        int most = features["NICKLEN"] is null ? 30 : features.NickLength;
        return Wanted[..Math.Max(1, Math.Min(Wanted.Length, most - tail.Length))] + tail;
    }

    /// <summary>Watches for the wanted nickname, once the server's features are known or the own nickname has changed.</summary>
    public void Watch(IrcClientState state, TimeSpan now)
    {
        bool has = state.IsSelf(Wanted);
        _isTaking &= !has;
        if (has || !settings.RegainsNick)
        {
            NextAt = null;
            if (_isWatched && !state.Monitored.ContainsKey(Wanted))
            {
                outbox.TryAdd(new IrcMessage("MONITOR", "-", Wanted));
            }

            _isWatched = false;
        }
        else if (state.Features.MonitorLimit is > 0)
        {
            _isWatched = _isWatched || outbox.TryAdd(new IrcMessage("MONITOR", "+", Wanted));
            // What is free and not given is nobody's: nobody's going will be told.
            NextAt = _isHeld ? NextAt ?? now + AskEvery : null;
        }
        else
        {
            NextAt ??= now + AskEvery;
        }
    }

    public void OnDeadline(TimeSpan now)
    {
        if (NextAt is not { } at || now < at)
        {
            return;
        }

        if (_isWatched)
        {
            NextAt = null;
            _isHeld = false;
            Take();
            return;
        }

        NextAt = now + AskEvery;
        IrcRequest<IReadOnlyList<string>> asking = IrcUserRequests.IsOn([Wanted]);
        asking.Over = () =>
        {
            if (asking.Result is { Count: 0 } && asking.Message[0] == Wanted && NextAt is not null)
            {
                Take();
            }
        };
        outbox.TryAdd(asking.Message, asking);
    }

    /// <summary>Looks whether a message says that the wanted nickname is free, or is not after all. True if the message was an answer to the keeper's own question.</summary>
    public bool See(IrcMessage message, IrcClientState state)
    {
        if (!settings.RegainsNick || !state.IsRegistered || state.IsSelf(Wanted))
        {
            return false;
        }

        bool isFree = message.Command is "QUIT" or "NICK" && state.AreSame(message.Source.Name ?? "", Wanted);
        bool isAnswer = false;
        switch (message.Numeric)
        {
            case IrcNumeric.RplMonOffline when _isWatched && Lists(message[1], ',', state):
                isAnswer = isFree = true;
                break;
            case IrcNumeric.RplMonOnline when _isWatched && Lists(message[1], ',', state):
                isAnswer = true;
                break;
            // 435 to 438, 447, 484: not now, for the server's own reasons; some of them name no nickname
            case IrcNumeric.ErrNicknameInUse or IrcNumeric.ErrErroneousNickname or (>= 435 and <= 438) or 447 or 484
                when _isTaking && (message.Parameters.Count < 3 || state.AreSame(message[1], Wanted)):
                _isTaking = false;
                _isHeld = message.Numeric is not (IrcNumeric.ErrNicknameInUse or IrcNumeric.ErrErroneousNickname);
                isAnswer = true;
                break;
        }

        if (isFree)
        {
            Take();
        }

        return isAnswer;
    }

    private void Take()
    {
        if (!_isTaking)
        {
            _isTaking = outbox.TryAdd(new IrcMessage("NICK", Wanted));
        }
    }

    private bool Lists(string list, char separator, IrcClientState state) =>
        list.Split(separator).Any(entry => state.AreSame(IrcSource.Parse(entry).Name, Wanted));
}
