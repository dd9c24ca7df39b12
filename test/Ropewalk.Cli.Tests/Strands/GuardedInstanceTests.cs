using System.Reflection;
using Ropewalk.Cli.Strands;
using Ropewalk.Hosting;

namespace Ropewalk.Cli.Tests.Strands;

public sealed class GuardedInstanceTests
{
    [Fact]
    public void ForwardsAllThatAStrandMayOverride()
    {
        const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        MethodInfo[] overridable = [.. typeof(ServiceInstance).GetMethods(Members)
            .Where(method => method is { DeclaringType: var at, IsVirtual: true, IsFinal: false, IsAssembly: false } && at == typeof(ServiceInstance))];
        Assert.Contains(overridable, method => method.Name == nameof(ServiceInstance.GetConnections));
        HashSet<MethodInfo> forwarded = [.. typeof(GuardedInstance).GetMethods(Members | BindingFlags.DeclaredOnly).Select(method => method.GetBaseDefinition())];
        Assert.Empty(overridable.Where(method => !forwarded.Contains(method)).Select(method => method.Name));
    }
}
