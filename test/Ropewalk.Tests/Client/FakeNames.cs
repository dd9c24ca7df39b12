using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Ropewalk.Client;

namespace Ropewalk.Tests.Client;

/// <summary>A resolver whose answers come when the test gives them.</summary>
internal sealed class FakeNames : INameResolver
{
    private readonly ConcurrentDictionary<AddressFamily, TaskCompletionSource<IReadOnlyList<IPAddress>>> _answers = new();

    public ConcurrentQueue<(string Host, AddressFamily Family)> Questions { get; } = new();

    public ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, AddressFamily family, CancellationToken cancellationToken = default)
    {
        Questions.Enqueue((host, family));
        return new ValueTask<IReadOnlyList<IPAddress>>(Slot(family).Task.WaitAsync(cancellationToken));
    }

    /// <summary>Gives an answer.</summary>
    /// <returns>Tells whether it has been looked at.</returns>
    public Func<bool> Answer(AddressFamily family, params string[] addresses)
    {
        var answer = new WatchedList([.. addresses.Select(IPAddress.Parse)]);
        Slot(family).SetResult(answer);
        return () => answer.IsSeen;
    }

    public Func<bool> AnswerV6(params string[] addresses) => Answer(AddressFamily.InterNetworkV6, addresses);

    public Func<bool> AnswerV4(params string[] addresses) => Answer(AddressFamily.InterNetwork, addresses);

    public void Fail(AddressFamily family, Exception exception) => Slot(family).SetException(exception);

    private TaskCompletionSource<IReadOnlyList<IPAddress>> Slot(AddressFamily family) =>
        _answers.GetOrAdd(family, _ => new TaskCompletionSource<IReadOnlyList<IPAddress>>(TaskCreationOptions.RunContinuationsAsynchronously));

    private sealed class WatchedList(IReadOnlyList<IPAddress> addresses) : IReadOnlyList<IPAddress>
    {
        private volatile bool _isSeen;

        public bool IsSeen => _isSeen;

        public int Count => addresses.Count;

        public IPAddress this[int index] => addresses[index];

        public IEnumerator<IPAddress> GetEnumerator()
        {
            foreach (IPAddress address in addresses)
            {
                yield return address;
            }

            _isSeen = true;
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
