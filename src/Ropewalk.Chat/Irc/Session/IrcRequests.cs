using System.Buffers;
using System.Globalization;
using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Session;

/// <summary>Holds the requests: those that wait to be sent, and those that wait for their answers.</summary>
internal sealed class IrcRequests(IrcClientSettings settings, IrcOutbox outbox)
{
    private const string BarrierPrefix = "rwb";

    private readonly List<IrcRequest> _asked = [];
    private long _labels;

    /// <summary>Gets when the first request's time is over.</summary>
    public TimeSpan? Deadline => _asked.Count == 0 ? null : _asked.Min(request => request.Deadline);

    public void Add(IrcRequest request)
    {
        if (_asked.Count + outbox.Count >= settings.Limits.MaxRequests || !outbox.TryAdd(request.Message, request))
        {
            request.Fail(new IrcRequestFailure(IrcRequestFailureKind.LimitExceeded, "Too many requests wait already."));
        }
    }

    /// <summary>Sends as many lines as may go now.</summary>
    public void SendNext(IBufferWriter<byte> output, IrcClientState state, TimeSpan now)
    {
        while (outbox.TryTake(now, out (IrcMessage Message, IrcRequest? Request) next))
        {
            if (next.Request is not { } request)
            {
                IrcOutbox.Write(next.Message, output);
                continue;
            }

            Send(request, output, state, now);
        }
    }

    /// <summary>Offers a message to the request with its label, or without one to each in turn until one takes it.</summary>
    public bool Offer(in IrcReply reply, string? label)
    {
        for (int i = 0; i < _asked.Count; i++)
        {
            IrcRequest request = _asked[i];
            if ((label is null || request.Label == label) && request.Take(reply))
            {
                Sweep();
                return !request.TellsAnswer;
            }
        }

        return false;
    }

    /// <summary>Tells whether a label is that of a request with this command.</summary>
    public bool IsAnswerTo(string label, string command) => _asked.Exists(request => request.Label == label && request.Message.Command == command);

    public void EndLabel(string label, IrcClientState state) => End(_asked.Find(request => request.Label == label), state);

    public bool EndBarrier(string token, IrcClientState state)
    {
        IrcRequest? request = _asked.Find(request => request.Barrier == token);
        request?.EndBarrier(state);
        Sweep();
        // the PONG of a request that was over before is nobody else's
        return request is not null || token.StartsWith(BarrierPrefix, StringComparison.Ordinal);
    }

    public void OnDeadline(TimeSpan now)
    {
        foreach (IrcRequest request in _asked.Where(request => request.Deadline <= now).ToArray())
        {
            var late = new IrcRequestFailure(IrcRequestFailureKind.TimedOut, $"The server did not answer {request.Message.Command} in {settings.RequestTimeout.TotalSeconds} s.");
            if (!request.IsOver && request.HasBegun)
            {
                // It is answering: the rest is swallowed, for as long again.
                request.GiveUp(late);
                request.Deadline = now + settings.RequestTimeout;
            }
            else
            {
                request.Fail(late);
            }
        }

        Sweep();
    }

    public void FailAll(IrcRequestFailure failure)
    {
        foreach (IrcRequest request in (IrcRequest[])[.. outbox.Drain(), .. _asked])
        {
            request.Fail(failure);
        }

        _asked.Clear();
    }

    private void Send(IrcRequest request, IBufferWriter<byte> output, IrcClientState state, TimeSpan now)
    {
        bool isLabeled = state.Has(IrcCapabilities.LabeledResponse) && state.Has(IrcCapabilities.Batch);
        IrcMessage message = request.Message;
        if (message.Tags.Count > 0 && !state.Has(IrcCapabilities.MessageTags))
        {
            // a server that knows no tags takes them for a broken line
            message = message.WithTags();
        }

        if (isLabeled)
        {
            request.Label = (++_labels).ToString("x", CultureInfo.InvariantCulture);
            message = message.WithTags([.. message.Tags, new IrcTag("label", request.Label)]);
        }

        IrcOutbox.Write(message, output);
        if (!isLabeled && request.EndsWhenSent && !state.Has(IrcCapabilities.EchoMessage))
        {
            request.End(state);
            return;
        }

        if (!isLabeled && request.NeedsBarrier)
        {
            request.Barrier = BarrierPrefix + (++_labels).ToString("x", CultureInfo.InvariantCulture);
            IrcOutbox.Write(new IrcMessage("PING", request.Barrier), output);
        }

        request.Deadline = now + settings.RequestTimeout;
        _asked.Add(request);
    }

    private bool End(IrcRequest? request, IrcClientState state)
    {
        request?.End(state);
        Sweep();
        return request is not null;
    }

    private void Sweep() => _asked.RemoveAll(request => request.HasEnded);
}
