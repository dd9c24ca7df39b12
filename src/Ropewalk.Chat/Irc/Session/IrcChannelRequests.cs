using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Session;

/// <summary>Makes the requests about channels.</summary>
internal static class IrcChannelRequests
{
    public static IrcRequest<IrcClientChannel> Join(string channel, string? key) => new(key is null ? new IrcMessage("JOIN", channel) : new IrcMessage("JOIN", channel, key))
    {
        Targets = [channel],
        // 437, 470, 477, 479, 480, 485, 489, 520: refused by today's servers for reasons of their own
        Refusals = [403, 405, 407, 437, 448, 470, 471, 473, 474, 475, 476, 477, 479, 480, 485, 489, 520],
        // A JOIN of a channel that one is in already is answered by nothing. What lies between may answer the PING by itself, before the server has seen the JOIN.
        NeedsBarrier = true,
        OutlivesBarrier = true,
        Taking = (IrcRequest<IrcClientChannel> request, in IrcReply reply) =>
        {
            bool isJoined = reply.Event is IrcJoinEvent { IsOwn: true } join && reply.State.AreSame(join.Channel, channel) && reply.State.Has(IrcCapabilities.NoImplicitNames);
            bool isComplete = isJoined || (reply.Is(IrcNumeric.RplEndOfNames) && reply.Names(1, channel));
            if (isComplete && reply.State.FindChannel(channel) is { } joined)
            {
                request.Complete(key is null || joined.Key is not null ? joined : joined with { Key = key });
            }

            return isComplete;
        },
        Ending = (request, state) =>
        {
            if (state.FindChannel(channel) is { } joined)
            {
                request.Complete(joined);
            }
        },
    };

    public static IrcRequest<bool> Part(string channel, string reason) => new(reason.Length == 0 ? new IrcMessage("PART", channel) : new IrcMessage("PART", channel, reason))
    {
        Targets = [channel],
        Refusals = [IrcNumeric.ErrNoSuchChannel, IrcNumeric.ErrNotOnChannel],
        Taking = (IrcRequest<bool> request, in IrcReply reply) => Done(request, reply.Event is IrcPartEvent { IsOwn: true } part && reply.State.AreSame(part.Channel, channel)),
        Ending = (request, state) => Done(request, state.FindChannel(channel) is null),
    };

    public static IrcRequest<bool> Kick(string channel, string nick, string reason) => new(reason.Length == 0 ? new IrcMessage("KICK", channel, nick) : new IrcMessage("KICK", channel, nick, reason))
    {
        Targets = [channel, nick],
        Refusals = [401, 403, 441, 442, 476, 481, 482, 484, 485, 972],
        Taking = (IrcRequest<bool> request, in IrcReply reply) =>
            Done(request, reply.Event is IrcKickEvent kick && reply.State.AreSame(kick.Channel, channel) && reply.State.AreSame(kick.Nick, nick)),
        Ending = (request, state) => Done(request, state.FindChannel(channel)?.Members.ContainsKey(nick) == false),
    };

    public static IrcRequest<bool> Invite(string channel, string nick) => new(new IrcMessage("INVITE", nick, channel))
    {
        Targets = [channel, nick],
        Refusals = [401, 403, 442, 443, 482, 485, 518],
        Taking = (IrcRequest<bool> request, in IrcReply reply) => Done(request, reply.Is(IrcNumeric.RplInviting) && (reply.Names(1, nick) || reply.Names(2, nick))),
    };

    public static IrcRequest<bool> SetTopic(string channel, string topic) => new(new IrcMessage("TOPIC", channel, topic))
    {
        Targets = [channel],
        Refusals = [403, 442, 477, 482],
        NeedsBarrier = true,
        Taking = (IrcRequest<bool> request, in IrcReply reply) =>
            Done(request, reply.IsOwn && reply.Event is IrcTopicEvent changed && reply.State.AreSame(changed.Channel, channel)),
        // to set what is set is answered by nothing
        Ending = (request, _) => request.Complete(true),
    };

    public static IrcRequest<bool> SetModes(string target, IReadOnlyList<string> modes) => new(new IrcMessage("MODE", [target, .. modes]))
    {
        Targets = [target, .. modes.Skip(1), .. modes.Take(1).SelectMany(letters => letters.Select(letter => letter.ToString()))],
        Refusals = [401, 403, 441, 442, 467, 472, 476, 477, 478, 482, 485, 501, 502, 525, 696, 723],
        NeedsBarrier = true,
        Taking = (IrcRequest<bool> request, in IrcReply reply) => Done(request, reply.IsOwn && reply.Event is IrcModeEvent changed && reply.State.AreSame(changed.Target, target)),
        Ending = (request, _) => request.Complete(true),
    };

    public static IrcRequest<IrcClientChannel?> AskModes(string channel) => new(new IrcMessage("MODE", channel))
    {
        Targets = [channel],
        Refusals = [401, 403, 442, 477],
        Taking = (IrcRequest<IrcClientChannel?> request, in IrcReply reply) =>
        {
            bool isMine = reply.Is(IrcNumeric.RplChannelModeIs) && reply.Names(1, channel);
            if (isMine)
            {
                request.Complete(reply.State.FindChannel(channel));
            }

            return isMine;
        },
    };

    public static IrcRequest<IReadOnlyList<IrcListedMask>> ListMasks(string channel, char mode, int most)
    {
        var masks = new List<IrcListedMask>();
        // b e I q: the lists whose numerics are agreed on
        (int entry, int end) = mode switch
        {
            'e' => (IrcNumeric.RplExceptList, IrcNumeric.RplEndOfExceptList),
            'I' => (IrcNumeric.RplInvexList, IrcNumeric.RplEndOfInvexList),
            'q' => (728, 729),
            _ => (IrcNumeric.RplBanList, IrcNumeric.RplEndOfBanList),
        };
        return new(new IrcMessage("MODE", channel, "+" + mode))
        {
            Targets = [channel, mode.ToString()],
            Refusals = [401, 403, 442, 472, 477, 482],
            Taking = (IrcRequest<IReadOnlyList<IrcListedMask>> request, in IrcReply reply) =>
            {
                bool isMine = (reply.Is(entry) || reply.Is(end)) && reply.Names(1, channel);
                if (isMine && reply.Is(end))
                {
                    request.Complete(masks);
                }
                else if (isMine && masks.Count >= most)
                {
                    request.GiveUp(TooLong());
                }
                else if (isMine)
                {
                    // 728 has the mode's letter between the channel and the mask
                    int at = entry == 728 ? 3 : 2;
                    masks.Add(new IrcListedMask(reply.Message[at], reply.Message.Parameters.Count > at + 1 ? reply.Message[at + 1] : null, IrcStateTracker.ReadSeconds(reply.Message[at + 2])));
                }

                return isMine;
            },
        };
    }

    public static IrcRequest<IReadOnlyList<IrcClientMember>> Names(string channel, int most)
    {
        var names = new List<IrcClientMember>();
        return new(new IrcMessage("NAMES", channel))
        {
            Targets = [channel],
            Refusals = [402, 403, 416],
            Taking = (IrcRequest<IReadOnlyList<IrcClientMember>> request, in IrcReply reply) =>
            {
                if (reply.Is(IrcNumeric.RplEndOfNames) && (reply.IsLabeled || reply.Names(1, channel)))
                {
                    request.Complete(names);
                    return true;
                }

                if (!reply.Is(IrcNumeric.RplNamReply) || !reply.Names(2, channel))
                {
                    return false;
                }

                foreach (string entry in reply.Message[3].Split(' ', StringSplitOptions.RemoveEmptyEntries))
                {
                    int start = entry.AsSpan().IndexOfAnyExcept(reply.State.Features.Prefixes);
                    if (start >= 0 && names.Count < most)
                    {
                        names.Add(new IrcClientMember(IrcSource.Parse(entry[start..]).Name, entry[..start]));
                    }
                }

                if (names.Count >= most)
                {
                    request.GiveUp(TooLong());
                }

                return true;
            },
        };
    }

    public static IrcRequest<bool> List(string? mask, Func<IrcListedChannel, bool> take) => new(mask is null ? new IrcMessage("LIST") : new IrcMessage("LIST", mask))
    {
        Refusals = [263, 416],
        Taking = (IrcRequest<bool> request, in IrcReply reply) =>
        {
            IrcMessage message = reply.Message;
            if (!request.Expects(reply))
            {
                return false;
            }

            if (reply.Is(IrcNumeric.RplList) && message.Parameters.Count >= 3)
            {
                _ = int.TryParse(message[2], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int members);
                if (!request.IsOver && !take(new IrcListedChannel(message[1], members, message.Parameters.Count > 3 ? message[3] : "")))
                {
                    request.GiveUp(TooLong());
                }
            }
            else if (reply.Is(IrcNumeric.RplListEnd))
            {
                request.Complete(true);
            }

            return message.Numeric is IrcNumeric.RplListStart or IrcNumeric.RplList or IrcNumeric.RplListEnd;
        },
    };

    public static IrcRequestFailure TooLong() => new(IrcRequestFailureKind.LimitExceeded, "The answer is longer than the limits allow.");

    public static bool Done(IrcRequest<bool> request, bool isDone)
    {
        if (isDone)
        {
            request.Complete(true);
        }

        return isDone;
    }
}
