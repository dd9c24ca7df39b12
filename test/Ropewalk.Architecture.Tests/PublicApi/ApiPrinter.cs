using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Ropewalk.Architecture.Tests.PublicApi;

/// <summary>Prints what an assembly shows to others: one line a member, sorted, in words close to C#, so that a change reads well in a diff.</summary>
internal static class ApiPrinter
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Print(Assembly assembly)
    {
        IEnumerable<string> types = assembly.GetExportedTypes()
            .OrderBy(type => type.FullName, StringComparer.Ordinal)
            .Select(type => Print(type) + "\n");
        return string.Join("\n", types);
    }

    public static string Print(Type type)
    {
        List<string> lines = [.. Members(type).Distinct().Order(StringComparer.Ordinal)];
        return string.Join("\n    ", lines.Prepend($"{Header(type)}"));
    }

    private static string Header(Type type)
    {
        string name = (type.Namespace is null ? "" : type.Namespace + ".") + ApiNames.Declared(type);
        if (type.IsEnum)
        {
            Type underlying = Enum.GetUnderlyingType(type);
            return $"{Attributes(type)}enum {name}{(underlying == typeof(int) ? "" : " : " + ApiNames.Of(underlying))}";
        }

        if (typeof(Delegate).IsAssignableFrom(type) && type.GetMethod("Invoke") is { } invoke)
        {
            return $"delegate {ApiNames.Return(invoke)} {name}({ApiNames.Parameters(invoke)}){ApiNames.Constraints(type.GetGenericArguments())}";
        }

        List<string> bases = [];
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType))
        {
            bases.Add(ApiNames.Of(parent));
        }

        IEnumerable<Type> inherited = (type.BaseType?.GetInterfaces() ?? []).Concat(type.GetInterfaces().SelectMany(face => face.GetInterfaces()));
        bases.AddRange(type.GetInterfaces().Except(inherited).Where(face => face.IsVisible && (!IsRecord(type) || face != typeof(IEquatable<>).MakeGenericType(type))).Select(ApiNames.Of).Order(StringComparer.Ordinal));
        return $"{Attributes(type)}{Kind(type)} {name}{(bases.Count == 0 ? "" : " : " + string.Join(", ", bases))}{ApiNames.Constraints(type.GetGenericArguments())}";
    }

    private static string Attributes(MemberInfo member) =>
        (member.IsDefined(typeof(FlagsAttribute)) ? "[Flags] " : "") + (member.IsDefined(typeof(ObsoleteAttribute)) ? "[Obsolete] " : "");

    private static string Kind(Type type)
    {
        string word = IsRecord(type) ? "record" : "class";
        if (type.IsInterface)
        {
            return "interface";
        }

        if (type.IsValueType)
        {
            string readOnly = type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "";
            return readOnly + (type.IsByRefLike ? "ref " : IsRecord(type) ? "record " : "") + "struct";
        }

        return type switch
        {
            { IsAbstract: true, IsSealed: true } => $"static {word}",
            { IsAbstract: true } => $"abstract {word}",
            { IsSealed: true } => $"sealed {word}",
            _ => word,
        };
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return Enum.GetNames(type).Select(name => $"{name} = {Convert.ToInt64(Enum.Parse(type, name), CultureInfo.InvariantCulture)}");
        }

        if (typeof(Delegate).IsAssignableFrom(type))
        {
            return [];
        }

        return type.GetFields(Declared).Where(Visible).Select(Field)
            .Concat(type.GetProperties(Declared).Where(property => property.GetAccessors(true).Any(Visible)).Select(Property))
            .Concat(type.GetEvents(Declared).Where(e => Visible(e.AddMethod!)).Select(e => $"event {ApiNames.Of(e.EventHandlerType!)} {e.Name}"))
            .Concat(type.GetConstructors(Declared).Where(Visible).Select(constructor => $"{Access(constructor)}new({ApiNames.Parameters(constructor)})"))
            .Concat(type.GetMethods(Declared).Where(method => Visible(method) && !IsAccessor(method) && !method.IsDefined(typeof(CompilerGeneratedAttribute))).Select(Method));
    }

    private static string Field(FieldInfo field)
    {
        string kind = field switch
        {
            { IsLiteral: true } => "const ",
            { IsStatic: true, IsInitOnly: true } => "static readonly ",
            { IsStatic: true } => "static ",
            { IsInitOnly: true } => "readonly ",
            _ => "",
        };
        string value = field.IsLiteral ? $" = {ApiNames.Literal(field.GetRawConstantValue())}" : "";
        return $"{Attributes(field)}{kind}{ApiNames.Of(field.FieldType)}{ApiNames.Nullable(field)} {field.Name}{value}";
    }

    private static string Property(PropertyInfo property)
    {
        MethodInfo any = property.GetAccessors(true).First(Visible);
        string accessors = string.Concat(
            property.GetMethod is { } get && Visible(get) ? "get; " : "",
            property.SetMethod is { } set && Visible(set) ? (set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init; " : "set; ") : "");
        string indexes = string.Join(", ", property.GetIndexParameters().Select(ApiNames.Parameter));
        string name = indexes.Length == 0 ? property.Name : $"this[{indexes}]";
        string required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        return $"{Attributes(property)}{Access(any)}{Modifiers(any)}{required}{ApiNames.Of(property.PropertyType)}{ApiNames.Nullable(property)} {name} {{ {accessors}}}";
    }

    private static string Method(MethodInfo method)
    {
        string generic = method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>" : "";
        string extension = method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
        return $"{Attributes(method)}{Access(method)}{Modifiers(method)}{ApiNames.Return(method)} {method.Name}{generic}({extension}{ApiNames.Parameters(method)}){ApiNames.Constraints(method.GetGenericArguments())}";
    }

    private static string Access(MethodBase method) => method.IsFamily || method.IsFamilyOrAssembly ? "protected " : "";

    private static string Modifiers(MethodBase method)
    {
        if (method.DeclaringType!.IsInterface)
        {
            return method switch { { IsStatic: true, IsAbstract: true } => "static abstract ", { IsStatic: true } => "static ", _ => "" };
        }

        bool overrides = method is MethodInfo info && info.GetBaseDefinition() != info;
        return method switch
        {
            { IsStatic: true } => "static ",
            { IsAbstract: true } => overrides ? "abstract override " : "abstract ",
            { IsVirtual: true, IsFinal: false } => overrides ? "override " : "virtual ",
            _ => overrides ? "override " : "",
        };
    }

    // The compiler writes PrintMembers for each record, and for nothing else.
    private static bool IsRecord(Type type) => type.GetMethod("PrintMembers", Declared)?.IsDefined(typeof(CompilerGeneratedAttribute)) == true;

    private static bool IsAccessor(MethodInfo method) =>
        method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);

    private static bool Visible(MethodBase method) =>
        (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly) && !method.Name.Contains('<') && !method.Name.Contains('.', StringComparison.Ordinal) | method.IsConstructor;

    private static bool Visible(FieldInfo field) => (field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly) && !field.IsSpecialName;
}
