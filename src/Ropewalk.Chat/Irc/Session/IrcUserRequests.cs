using System.Globalization;
using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Session;

/// <summary>Makes the requests about users, the client itself among them.</summary>
internal static class IrcUserRequests
{
    public static IrcRequest<string> ChangeNick(string nick) => new(new IrcMessage("NICK", nick))
    {
        Targets = [nick],
        Refusals = [431, 432, 433, 435, 436, 437, 438, 447, 484],
        NeedsBarrier = true,
        Taking = (IrcRequest<string> request, in IrcReply reply) =>
        {
            bool isMine = reply.Event is IrcNickEvent { IsOwn: true } changed && (reply.IsLabeled || reply.State.AreSame(changed.Nick, nick));
            if (isMine)
            {
                request.Complete(reply.State.Nick);
            }

            return isMine;
        },
        // the nickname that one has is no change
        Ending = (request, state) =>
        {
            if (state.IsSelf(nick))
            {
                request.Complete(state.Nick);
            }
        },
    };

    public static IrcRequest<bool> SetAway(string? reason) => new(reason is null ? new IrcMessage("AWAY") : new IrcMessage("AWAY", reason))
    {
        Taking = (IrcRequest<bool> request, in IrcReply reply) => IrcChannelRequests.Done(request, reply.Is(reason is null ? IrcNumeric.RplUnaway : IrcNumeric.RplNowAway)),
    };

    public static IrcRequest<bool> SetRealName(string name) => new(new IrcMessage("SETNAME", name))
    {
        NeedsBarrier = true,
        Taking = (IrcRequest<bool> request, in IrcReply reply) => IrcChannelRequests.Done(request, reply.IsOwn && reply.Event is IrcRealNameEvent),
        Ending = (request, _) => request.Complete(true),
    };

    public static IrcRequest<IrcWhois> Whois(string nick)
    {
        var found = new IrcWhois(nick);
        bool isThere = false;
        return new(new IrcMessage("WHOIS", nick))
        {
            Targets = [nick],
            Refusals = [IrcNumeric.ErrNoSuchNick, IrcNumeric.ErrNoSuchServer, IrcNumeric.ErrNoNicknameGiven],
            Taking = (IrcRequest<IrcWhois> request, in IrcReply reply) =>
            {
                if (!reply.Names(1, nick) || reply.Message.Numeric == 0)
                {
                    return false;
                }

                isThere |= reply.Is(IrcNumeric.RplWhoisUser);
                if (reply.Is(IrcNumeric.RplEndOfWhois) && isThere)
                {
                    request.Complete(found);
                }
                else if (reply.Is(IrcNumeric.RplEndOfWhois))
                {
                    request.Fail(new IrcRequestFailure(IrcRequestFailureKind.Refused, "No such nick", IrcNumeric.ErrNoSuchNick, Reply: reply.Message));
                }
                else
                {
                    found = Read(found, reply.Message, out bool isPart);
                    return isPart;
                }

                return true;
            },
        };
    }

    public static IrcRequest<bool> Who(string mask, bool hasWhoX, Func<IrcWhoEntry, bool> take) =>
        new(hasWhoX ? new IrcMessage("WHO", mask, IrcNumericTracker.WhoFields) : new IrcMessage("WHO", mask))
        {
            Targets = [mask],
            Refusals = [263, 401, 402, 403, 416],
            Taking = (IrcRequest<bool> request, in IrcReply reply) =>
            {
                if (!request.Expects(reply))
                {
                    return false;
                }

                if (reply.Is(IrcNumeric.RplEndOfWho) && (reply.IsLabeled || reply.Names(1, mask)))
                {
                    request.Complete(true);
                    return true;
                }

                if (IrcWhoEntry.Of(reply.Message, reply.State.Features) is not { } entry)
                {
                    return reply.Message.Numeric is IrcNumeric.RplWhoReply or IrcNumeric.RplWhoSpcReply;
                }

                if (!request.IsOver && !take(entry))
                {
                    request.GiveUp(IrcChannelRequests.TooLong());
                }

                return true;
            },
        };

    /// <summary>Asks who of some is there. Who is not is named by nothing: without labels the answers come in the order of the questions, whoever asked them.</summary>
    public static IrcRequest<IReadOnlyList<string>> IsOn(IReadOnlyList<string> nicks, bool tellsAnswer = false) => new(new IrcMessage("ISON", nicks))
    {
        TellsAnswer = tellsAnswer,
        Taking = (IrcRequest<IReadOnlyList<string>> request, in IrcReply reply) =>
        {
            string[] on = reply.Is(IrcNumeric.RplIsOn) ? reply.Message.Last.Split(' ', StringSplitOptions.RemoveEmptyEntries) : [];
            IrcClientState state = reply.State;
            bool isMine = reply.Is(IrcNumeric.RplIsOn) && request.Expects(reply) && (reply.IsLabeled || on.All(nick => nicks.Any(asked => state.AreSame(asked, nick))));
            if (isMine)
            {
                request.Complete(on);
            }

            return isMine;
        },
    };

    /// <summary>Watches users; the result says who of them is there.</summary>
    public static IrcRequest<IReadOnlyDictionary<string, bool>> Monitor(IReadOnlyList<string> nicks, IrcCaseMapping mapping)
    {
        var known = new Dictionary<string, bool>(mapping);
        return new(new IrcMessage("MONITOR", "+", string.Join(',', nicks)))
        {
            Targets = nicks,
            Refusals = [IrcNumeric.ErrMonListFull],
            NeedsBarrier = true,
            Taking = (IrcRequest<IReadOnlyDictionary<string, bool>> request, in IrcReply reply) =>
            {
                if (reply.Message.Numeric is not (IrcNumeric.RplMonOnline or IrcNumeric.RplMonOffline))
                {
                    return false;
                }

                bool isMine = false;
                foreach (string nick in reply.Message[1].Split(',').Select(entry => IrcSource.Parse(entry).Name).Where(nick => nicks.Contains(nick, mapping)))
                {
                    known[nick] = reply.Is(IrcNumeric.RplMonOnline);
                    isMine = true;
                }

                if (known.Count >= nicks.Count)
                {
                    request.Complete(known);
                }

                return isMine;
            },
            Ending = (request, _) => request.Complete(known),
        };
    }

    public static IrcRequest<IrcAccountRegistration> Register(string account, string email, string password) =>
        Registration(new IrcMessage("REGISTER", account, email, password));

    public static IrcRequest<IrcAccountRegistration> Verify(string account, string code) => Registration(new IrcMessage("VERIFY", account, code));

    private static IrcRequest<IrcAccountRegistration> Registration(IrcMessage message) => new(message)
    {
        Taking = (IrcRequest<IrcAccountRegistration> request, in IrcReply reply) =>
        {
            IrcMessage answer = reply.Message;
            bool isMine = answer.Command == message.Command && answer[0] is "SUCCESS" or "VERIFICATION_REQUIRED";
            if (isMine)
            {
                request.Complete(new IrcAccountRegistration(answer[1], answer[0] != "SUCCESS", answer.Last));
            }

            return isMine;
        },
    };

    private static IrcWhois Read(IrcWhois found, IrcMessage message, out bool isPart)
    {
        isPart = true;
        switch (message.Numeric)
        {
            case IrcNumeric.RplWhoisUser:
                return found with { Nick = message[1], User = message[2], Host = message[3], RealName = message.Last };
            case IrcNumeric.RplWhoisServer:
                return found with { Server = message[2] };
            case IrcNumeric.RplWhoisOperator:
                return found with { IsOperator = true };
            case IrcNumeric.RplWhoisIdle:
                return found with
                {
                    Idle = long.TryParse(message[2], NumberStyles.None, CultureInfo.InvariantCulture, out long idle) ? TimeSpan.FromSeconds(Math.Min(idle, 3_000_000_000)) : null,
                    SignedOnAt = IrcStateTracker.ReadSeconds(message[3]),
                };
            case IrcNumeric.RplWhoisChannels:
                string[] channels = message.Last.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                // a user is in some hundred channels at most; a server that never ends its list is not listened to
                return found.Channels.Count + channels.Length <= 10_000 ? found with { Channels = [.. found.Channels, .. channels] } : found;
            case IrcNumeric.RplAway:
                return found with { AwayMessage = message.Last };
            case IrcNumeric.RplWhoisAccount:
                return found with { Account = message[2] };
            case IrcNumeric.RplWhoisSecure:
                return found with { IsSecure = true };
            case IrcNumeric.RplWhoisBot:
                return found with { IsBot = true };
            case IrcNumeric.RplWhoisCertFp or IrcNumeric.RplWhoisRegNick or IrcNumeric.RplWhoisHost or IrcNumeric.RplWhoisActually or 310 or 320 or 379 or 569 or 743:
                return found;
            default:
                isPart = false;
                return found;
        }
    }
}
