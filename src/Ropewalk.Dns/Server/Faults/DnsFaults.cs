using Ropewalk.Client;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Server.Faults;

/// <summary>Keeps what a server under test was asked, and lets it misbehave by name: it is put into <see cref="DnsServerOptions.Faults"/>, or before any responder by <see cref="FaultyResponder"/>.</summary>
/// <remarks>One object may stand for several servers. <b>Call</b>: from any thread, at any time: what is put in force holds from the next question on.</remarks>
public sealed class DnsFaults
{
    /// <summary>The most questions that are kept: 10,000, a long test's. Those behind them are counted.</summary>
    public const int MaxQuestions = 10_000;

    private readonly Lock _gate = new();
    private readonly List<InjectedDnsFault> _faults = [];
    private readonly List<AskedQuestion> _questions = [];
    private readonly List<(int Count, TaskCompletionSource Come)> _waiting = [];
    private int _count;

    /// <summary>Gets or sets how long, in real time, a test may wait for a question before the wait fails. Default 10 s; what comes is never waited for longer.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets the questions so far, in the order in which the server turned to them: the first <see cref="MaxQuestions"/>.</summary>
    public IReadOnlyList<AskedQuestion> Questions
    {
        get
        {
            lock (_gate)
            {
                return [.. _questions];
            }
        }
    }

    /// <summary>Gets how many questions there have been.</summary>
    public int QuestionCount => Volatile.Read(ref _count);

    /// <summary>Counts the questions for a name, and a type if one is given.</summary>
    /// <param name="name">The name; with <c>*.</c> before it all below it.</param>
    /// <param name="type">The type; null for all.</param>
    public int CountOf(string name, DnsType? type = null) => Questions.Count(Match(name, type));

    /// <summary>Waits until so many questions have come in all. When it has completed, the server has answered them, and the timers of late answers are armed.</summary>
    /// <exception cref="TimeoutException">The next one did not come within <see cref="Patience"/>; the message has those that came.</exception>
    public async Task<IReadOnlyList<AskedQuestion>> AskedAsync(int count = 1, CancellationToken cancellationToken = default)
    {
        await CallerContext.Detach();
        TaskCompletionSource come;
        lock (_gate)
        {
            if (_count >= count)
            {
                return [.. _questions];
            }

            // A simulation's code goes on in its context; elsewhere it must not go on inside of the server.
            come = new(SynchronizationContext.Current is null ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None);
            _waiting.Add((count, come));
        }

        try
        {
            await come.Task.WaitAsync(Patience, TimeProvider.System, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"Waited {Patience:c} for {count} questions. {QuestionCount} came:{string.Concat(Questions.Select(question => $"{Environment.NewLine}  {question}"))}");
        }

        return Questions;
    }

    /// <summary>Lets the server misbehave at questions, from now on until the result is disposed. Where several faults match, the newest is done.</summary>
    /// <param name="fault">What happens.</param>
    /// <param name="name">At which name: <c>www.example.test</c>, <c>*.example.test</c> for all below; null for all.</param>
    /// <param name="type">At which type; null for all.</param>
    /// <param name="times">At how many questions at most.</param>
    /// <returns>The fault in force; disposing it ends it.</returns>
    public InjectedDnsFault Inject(DnsFault fault, string? name = null, DnsType? type = null, int times = int.MaxValue) => Inject(fault, Match(name, type), times);

    /// <summary>Lets the server misbehave at questions that match: of one transport, for instance, or of one client.</summary>
    /// <inheritdoc cref="Inject(DnsFault, string?, DnsType?, int)"/>
    /// <param name="fault">What happens.</param>
    /// <param name="match">At which questions.</param>
    /// <param name="times">At how many questions at most.</param>
    public InjectedDnsFault Inject(DnsFault fault, Func<AskedQuestion, bool> match, int times = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(fault);
        ArgumentNullException.ThrowIfNull(match);
        ArgumentOutOfRangeException.ThrowIfLessThan(times, 1);
        var injected = new InjectedDnsFault(fault, match, times, Remove);
        lock (_gate)
        {
            _faults.Insert(0, injected);
        }

        return injected;
    }

    /// <summary>Finds what is to be done at a message. What is no question is answered as ever, and not kept.</summary>
    internal InjectedDnsFault? Find(ReadOnlySpan<byte> message, in MessageOrigin origin, out AskedQuestion? question)
    {
        question = null;
        if (message.Length < DnsLimits.HeaderBytes || QueryMessage.Decode(message, out QueryMessage query) != DnsViolation.None
            || query.Header.IsResponse || DomainName.Decode(query.Name, out DomainName? name) != DnsViolation.None)
        {
            return null;
        }

        question = new AskedQuestion(name!, query.Type, origin.Transport, origin.Peer, query.Header.Id, origin.Now);
        InjectedDnsFault[] faults;
        lock (_gate)
        {
            faults = [.. _faults];
        }

        AskedQuestion asked = question;
        return Array.Find(faults, fault => fault.TryHit(asked));
    }

    /// <summary>Keeps a question, when all has been done about it that is done at once.</summary>
    internal void Announce(AskedQuestion? question)
    {
        if (question is null)
        {
            return;
        }

        List<TaskCompletionSource> come = [];
        lock (_gate)
        {
            _count++;
            if (_questions.Count < MaxQuestions)
            {
                _questions.Add(question);
            }

            come.AddRange(_waiting.Where(one => one.Count <= _count).Select(one => one.Come));
            _waiting.RemoveAll(one => one.Count <= _count);
        }

        foreach (TaskCompletionSource one in come)
        {
            one.TrySetResult();
        }
    }

    private static Func<AskedQuestion, bool> Match(string? name, DnsType? type)
    {
        if (name is null)
        {
            return question => type is null || question.Type == type;
        }

        bool below = name.StartsWith("*.", StringComparison.Ordinal);
        var wanted = DomainName.Parse(below ? name[2..] : name);
        return question => (type is null || question.Type == type) && (below ? question.Name != wanted && question.Name.IsSubdomainOf(wanted) : question.Name == wanted);
    }

    private void Remove(InjectedDnsFault fault)
    {
        lock (_gate)
        {
            _faults.Remove(fault);
        }
    }
}
